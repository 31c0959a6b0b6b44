"""Pages of stewards: the office's, residents', the property company's, the worker's at the door."""
