"""The look's components as template tags and filters. Drawing them is in `portal.look`."""

from django import template

register = template.Library()
