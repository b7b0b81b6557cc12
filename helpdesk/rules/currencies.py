"""ISO 4217: how many digits the smallest unit of each active currency stands behind the point.

Source: list one of the maintenance agency, https://www.six-group.com/dam/download/financial-information/
data-center/iso-currency/lists/list-one.xml, with the amendments up to 180 (XCG for ANG, BGN gone). Kept here
because Babel's digits are those that people write, not those that banks count: they differ for 13 of these.
Codes without a minor unit (gold, drawing rights, tests) are no money that an order is paid in: left out.
"""

_BY_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE "
        "CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD "
        "HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK "
        "MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD "
        "RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH "
        "USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS: dict[str, int] = {
    code: digits for digits, codes in sorted(_BY_DIGITS.items()) for code in codes.split()
}
# What a form offers first; every other one can be imported and is kept exactly.
OFFERED = ("CNY", "USD", "EUR", "GBP", "HKD", "TWD", "SGD", "AUD", "CAD", "CHF", "JPY", "KRW")
