"""Every registered function by its name."""

from forms.functions import calendar, codes, dosing, kidney
from forms.functions.catalogue import Function

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (*calendar.FUNCTIONS, *codes.FUNCTIONS, *dosing.FUNCTIONS, *kidney.FUNCTIONS)
}
