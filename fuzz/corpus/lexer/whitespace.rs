fn	a(){‎}  

