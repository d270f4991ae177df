"""Currencies and units of measure: how English names them, and how large a unit is in others."""

from __future__ import annotations

from decimal import Decimal

# By sign or code before the number, and code or word behind it. Other signs are units of their own.
CURRENCIES = {
    "$": "US$ USD dollar dollars us-dollar us-dollars u.s.-dollar u.s.-dollars",
    "C$": "CA$ CAD canadian-dollar canadian-dollars",
    "A$": "AU$ AUD australian-dollar australian-dollars",
    "NZ$": "NZD new-zealand-dollar new-zealand-dollars",
    "HK$": "HKD hong-kong-dollar hong-kong-dollars",
    "S$": "SGD singapore-dollar singapore-dollars",
    "R$": "BRL reais",
    "€": "EUR euro euros",
    "£": "GBP pound pounds",
    "¥": "JP¥ JPY yen",
    "yuan": "CN¥ CNY RMB yuan renminbi",
    "₹": "Rs RS INR rupee rupees",
    "₽": "RUB rouble roubles ruble rubles",
    "CHF": "CHF franc francs swiss-franc swiss-francs",
    "SEK": "SEK",
    "NOK": "NOK",
    "DKK": "DKK",
    "PLN": "PLN zloty",
    "rand": "R ZAR rand",
    "₦": "N NGN naira",
    "RM": "RM MYR ringgit",
    "KSh": "KSh Ksh Sh KES shilling shillings",
    "taka": "Tk BDT taka",
}
_UNITS = {
    "%": "% percent percentage pct pc",
    "pp": "pp",
    "x": "x times",
    "cent": "cent cents",
    "mm": "mm millimetre millimetres millimeter millimeters",
    "cm": "cm centimetre centimetres centimeter centimeters",
    "m": "metre metres meter meters",
    "km": "km kilometre kilometres kilometer kilometers",
    "inch": "inch inches",
    "ft": "foot feet ft",
    "yard": "yard yards",
    "mile": "mile miles mi",
    "mph": "mph miles-per-hour miles-an-hour",
    "kph": "kph kmh km/h kilometres-per-hour kilometres-an-hour kilometers-per-hour"
    " kilometers-an-hour",
    "knot": "knot knots",
    "m²": "m²",
    "km²": "km²",
    "m³": "m³",
    "acre": "acre acres",
    "ha": "hectare hectares ha",
    "ml": "ml millilitre millilitres milliliter milliliters",
    "l": "litre litres liter liters",
    "gallon": "gallon gallons",
    "barrel": "barrel barrels",
    "µg": "µg mcg microgram micrograms",
    "mg": "mg milligram milligrams",
    "g": "gram grams",
    "kg": "kg kilo kilos kilogram kilograms",
    "oz": "oz ounce ounces",
    "lb": "lb lbs",
    "t": "ton tons tonne tonnes",
    "kw": "kw kilowatt kilowatts",
    "mw": "mw megawatt megawatts",
    "gw": "gw gigawatt gigawatts",
    "tw": "tw terawatt terawatts",
    "mb": "mb megabyte megabytes",
    "gb": "gb gigabyte gigabytes",
    "tb": "terabyte terabytes",
    "degree": "degree degrees °",
    "°c": "c celsius",
    "°f": "f fahrenheit",
    "second": "second seconds",
    "minute": "minute minutes min mins",
    "hour": "hour hours hr hrs",
    "day": "day days",
    "week": "week weeks",
    "month": "month months",
    "year": "year years yr yrs",
    "decade": "decade decades",
    "century": "century centuries",
}
CURRENCY_OF = {word: unit for unit, words in CURRENCIES.items() for word in words.split()}
UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
UNIT_OF |= {word.lower(): unit for word, unit in CURRENCY_OF.items() if len(word) > 1}
# What is measured, and how many of one base unit a unit has.
_MEASURES = {
    "length": "mm .001 cm .01 m 1 km 1000 inch .0254 ft .3048 yard .9144 mile 1609.344",
    "speed": "kph 1 mph 1.609344 knot 1.852",
    "area": "m² 1 km² 1000000 ha 10000 acre 4046.8564 mile² 2589988.11 ft² .09290304",
    "volume": "ml .001 l 1 gallon 3.785412 m³ 1000",
    "weight": "g 1 kg 1000 t 1000000 oz 28.349523 lb 453.59237",
    "time": "second 1 minute 60 hour 3600 day 86400 week 604800",
    "years": "month 1 year 12 decade 120 century 1200",
}
_SIZE_OF = {
    unit: (measure, Decimal(size))
    for measure, table in _MEASURES.items()
    for unit, size in zip(table.split()[::2], table.split()[1::2], strict=True)
}
DEGREES = ("°c", "°f")
# Nobody rounds when he says days in hours.
EXACT = frozenset(unit for unit, (measure, _) in _SIZE_OF.items() if measure in {"time", "years"})


def converted(value: Decimal, unit: str, into: str) -> Decimal | None:
    """So much of a unit in another one of the same measure; None where it is of another."""
    if unit == into:
        return value
    if unit in DEGREES and into in DEGREES:
        return (value - 32) * 5 / 9 if into == "°c" else value * 9 / 5 + 32
    if unit not in _SIZE_OF or into not in _SIZE_OF:
        return None
    (measure, size), (other_measure, other_size) = _SIZE_OF[unit], _SIZE_OF[into]
    return value * size / other_size if measure == other_measure else None
