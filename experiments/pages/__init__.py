"""What all pages share: templates, styles, scripts, and how they become one file."""
