"""The duty list (责任清单): who owes what by when, done, shown and checked."""
