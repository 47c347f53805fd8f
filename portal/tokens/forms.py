"""Form of the page of tokens."""

from django import forms


class TokenForm(forms.Form):
    """What a new token replaces has to be confirmed."""

    confirmed = forms.BooleanField(label="我会把令牌只交给本单位的系统，并知道旧令牌立即失效")
