"""What administrators look after: everybody's accounts, the system account, the people, the network."""
