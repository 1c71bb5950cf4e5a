#"guarded"# ##"two"## #### "x"# a#b #r"x"
