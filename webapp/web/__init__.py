"""Everything Flask: one blueprint a noun, forms, wording, access, headers."""
