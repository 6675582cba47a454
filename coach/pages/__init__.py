"""From insight to pages: each module returns the ready-made values of one kind of page. No files, no templates."""
