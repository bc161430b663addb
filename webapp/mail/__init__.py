"""What the mail protocols say on a line stream: IMAP, POP3, SMTP, SASL, letters. Knows no database and no web."""
