"""Pages of the duty list, in the office and on the phone."""
