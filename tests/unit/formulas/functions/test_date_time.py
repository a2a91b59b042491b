"""Date functions against values from outside."""

import pytest

from tests.unit.formulas.functions.case_tables import CELLS, Case, matches, read_cases
from tests.unit.formulas.small_workbooks import evaluate

CASES = read_cases("""
=DATE(2008,1,2) | 39449 | Excel documentation
=DATE(108,1,2) | 39449 | Excel documentation: years below 1900
=DATE(2008,14,2) | 39846 | Excel documentation
=DATE(2008,-3,2) | 39327 | Excel documentation
=DATE(2008,1,35) | 39482 | Excel documentation
=DATE(1900,2,29) | 60 | the day that Excel has and the calendar has not
=DATE(2025,6,-0.0000001) | 45808 | Excel, github.com/ironcalc/IronCalc/issues/1369
=DATE(2025,-0.0000001,1) | 45627 | Excel, the same
=DATE(2020,13,-1.5) | 44195 | truncated, as ECMA-376 18.17.7.74 says
=DATE(2020,-1.5,1) | 43770 | the same
=DATE(10000,1,1) | #NUM! | excel.md 10
=DATE(1900,1,-5) | #NUM! | negative serial
=YEAR(39634) | 2008 | Excel documentation
=YEAR(-1) | #NUM! | excel.md 10
=MONTH(60) | 2 | excel.md 10
=DAY(0) | 0 | excel.md 10
=DAY(60) | 29 | excel.md 10
=DAY(61) | 1 | 1900-03-01
=DAY(2958465) | 31 | 9999-12-31
=DAY(2958466) | #NUM! | beyond 9999
=HOUR(0.75) | 18 | Excel documentation
=HOUR(-0.5) | #NUM! | negative
=MINUTE("12:45:00 PM") | 45 | Excel documentation
=SECOND("4:48:18 PM") | 18 | Excel documentation
=TIME(12,0,0) | 0.5 | Excel documentation
=TIME(16,48,10) | 0.7001157 | Excel documentation
=TIME(-1,0,0) | #NUM! | negative
=TIME(40000,0,0) | #NUM! | domain
=DATEVALUE("8/22/2011") | 40777 | Excel documentation
=DATEVALUE("22-MAY-2011") | 40685 | Excel documentation
=DATEVALUE("2011/02/23") | 40597 | Excel documentation
=DATEVALUE("x") | #VALUE! | Excel
=DATEVALUE("12:00") | #VALUE! | no date
=TIMEVALUE("2:24 AM") | 0.1 | Excel documentation
=TIMEVALUE("22-Aug-2011 6:35 AM") | 0.2743 | Excel documentation
=TIMEVALUE("x") | #VALUE! | Excel
=TODAY() | 45000 | the run's moment
=NOW() | 45000.25 | the run's moment
=EDATE("15-Jan-11",1) | 40589 | Excel documentation
=EDATE(DATE(2011,1,31),1) | 40602 | the last day of February
=EDATE(TRUE,1) | #VALUE! | Toolpak function
=EDATE(-1,1) | #NUM! | domain
=EDATE(1,-1) | #NUM! | before 1900
=EOMONTH(DATE(2011,1,1),-3) | 40482 | Excel documentation
=EOMONTH(DATE(1900,1,1),1) | 60 | February 1900 has 29 days
=WEEKDAY(39492) | 5 | Excel documentation: 14 February 2008
=WEEKDAY(39492,2) | 4 | Excel documentation
=WEEKDAY(39492,3) | 3 | Excel documentation
=WEEKDAY(39492,16) | 6 | week from Saturday
=WEEKDAY(39492,4) | #NUM! | domain
=WEEKNUM(DATE(2012,3,9)) | 10 | Excel documentation
=WEEKNUM(DATE(2012,3,9),2) | 11 | Excel documentation
=WEEKNUM(DATE(2012,3,9),21) | 10 | ISO 8601
=WEEKNUM(DATE(2012,3,9),3) | #NUM! | domain
=ISOWEEKNUM(DATE(2012,3,9)) | 10 | Excel documentation
=ISOWEEKNUM(DATE(2021,1,1)) | 53 | ISO 8601
=ISOWEEKNUM(-1) | #NUM! | domain
=DAYS("15-MAR-2021","1-FEB-2021") | 42 | Excel documentation
=DAYS(-1,0) | #NUM! | domain
=DAYS(2958465,1) | 2958464 | the last day there is
=DAYS(2958466,1) | #NUM! | Excel documentation: beyond the valid dates
=DATEDIF(DATE(2001,1,1),DATE(2003,1,1),"Y") | 2 | Excel documentation
=DATEDIF(DATE(2001,6,1),DATE(2002,8,15),"D") | 440 | Excel documentation
=DATEDIF(DATE(2001,6,1),DATE(2002,8,15),"YD") | 75 | Excel documentation
=DATEDIF(DATE(2001,6,1),DATE(2002,8,15),"M") | 14 | definition
=DATEDIF(DATE(2001,6,1),DATE(2002,8,15),"YM") | 2 | definition
=DATEDIF(DATE(2001,6,20),DATE(2002,8,15),"MD") | 26 | from 20 July
=DATEDIF(DATE(2001,6,1),DATE(2002,8,15),"MD") | 14 | definition
=DATEDIF(DATE(2001,9,1),DATE(2002,8,15),"YD") | 348 | over the turn of the year
=DATEDIF(2,1,"D") | #NUM! | domain
=DATEDIF(1,2,"X") | #NUM! | unknown unit
=DAYS360(DATE(2011,1,1),DATE(2011,12,31)) | 360 | Excel documentation
=DAYS360(DATE(2011,1,30),DATE(2011,2,1)) | 1 | Excel documentation
=DAYS360(DATE(2011,1,31),DATE(2011,3,31),TRUE) | 60 | European rule
=DAYS360(DATE(2011,1,31),DATE(2011,3,31)) | 60 | US rule
=DAYS360(-1,5) | #NUM! | domain
=YEARFRAC(DATE(2012,1,1),DATE(2012,7,30)) | 0.58055556 | Excel documentation
=YEARFRAC(DATE(2012,1,1),DATE(2012,7,30),1) | 0.57650273 | Excel documentation
=YEARFRAC(DATE(2012,1,1),DATE(2012,7,30),3) | 0.57808219 | Excel documentation
=YEARFRAC(DATE(2012,1,1),DATE(2012,7,30),2) | 0.58611111 | closed form 211/360
=YEARFRAC(DATE(2012,1,1),DATE(2012,7,30),4) | 0.58055556 | closed form 209/360
=YEARFRAC(DATE(2010,1,1),DATE(2013,1,1),1) | 3.0007 | mean year of 365.25 days: 1096/365.25
=YEARFRAC(DATE(2011,6,1),DATE(2012,3,1),1) | 0.7486 | closed form 274/366
=YEARFRAC(DATE(2012,2,29),DATE(2013,2,28)) | 1 | both ends of February
=YEARFRAC(DATE(2007,2,28),DATE(2007,3,31)) | 0.086111111 | Wheeler 2008: 31/360
=YEARFRAC(DATE(2007,1,31),DATE(2007,3,31)) | 0.166666667 | both at the 31st: 60/360
=YEARFRAC(1,2,5) | #NUM! | domain
=NETWORKDAYS(DATE(2012,10,1),DATE(2013,3,1)) | 110 | Excel documentation
=NETWORKDAYS(DATE(2012,10,1),DATE(2013,3,1),DATE(2012,11,22)) | 109 | Excel documentation
=NETWORKDAYS(DATE(2013,3,1),DATE(2012,10,1)) | -110 | reversed
=NETWORKDAYS(1,2,"x") | #VALUE! | holiday that is no date
=NETWORKDAYS(-5,2) | #NUM! | domain
=NETWORKDAYS.INTL(DATE(2006,1,1),DATE(2006,1,31)) | 22 | Excel documentation
=NETWORKDAYS.INTL(DATE(2006,1,1),DATE(2006,2,1),7) | 24 | weekend Friday and Saturday
=NETWORKDAYS.INTL(DATE(2006,1,1),DATE(2006,2,1),"0010001") | 22 | weekend Wednesday and Sunday
=NETWORKDAYS.INTL(1,2,"x") | #VALUE! | domain
=NETWORKDAYS.INTL(1,20,"1111111") | 0 | Excel documentation
=NETWORKDAYS.INTL(1,2,9) | #NUM! | domain
=WORKDAY(DATE(2008,10,1),151) | 39933 | Excel documentation
=WORKDAY(DATE(2008,10,1),-1) | 39721 | the day before
=WORKDAY(DATE(2008,10,1),1,B1:B2) | #VALUE! | holiday that is no date
=WORKDAY(2958465,9) | #NUM! | beyond 9999
=WORKDAY(-1,12) | #NUM! | IronCalc and formualizer: no date to begin with
=WORKDAY.INTL(DATE(2012,1,1),90,11) | 41013 | Excel documentation
=WORKDAY.INTL(1,2,"1111111") | #VALUE! | no working day
=YEARFRAC(45322,45351,) | 0.0805555556 | default, 29/360
=NETWORKDAYS.INTL(45322,45351,,45330) | 21 | documentation
=WORKDAY.INTL(45322,5,) | 45329 | default
=WEEKNUM(45322,) | 5 | default
=WEEKDAY(45322,) | #NUM! | older functions take an empty argument as 0
""")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.formula)
def test_that_a_date_function_gives_the_known_value(case: Case) -> None:
    found = evaluate(case.formula, CELLS)

    assert matches(case, found), f"{found!r} instead of {case.expected!r} ({case.source})"
