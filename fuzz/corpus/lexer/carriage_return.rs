b"x
yy"