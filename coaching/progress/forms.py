"""What people type about how it goes."""

from django import forms

_ZERO_TO_TEN = [(str(number), str(number)) for number in range(11)]


class RatingForm(forms.Form):
    value = forms.TypedChoiceField(choices=_ZERO_TO_TEN, coerce=int)
