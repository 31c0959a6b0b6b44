"""The street's figures for other systems: counted ahead, with what they mean."""
