"""Files of rows that come and go: read with distrust, checked first, brought in whole or not at all."""
