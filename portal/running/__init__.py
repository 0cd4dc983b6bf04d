"""What `manage.py run` is made of: everything of the portal on one machine, under one command."""
