//! Codes of standards. What may be a code is one: whatever a standard had, reserves or leaves to users, and codes that are
//! commonly used beside them.

/// ISO 4217: in use, withdrawn since 1990, and what is used like them.
const CURRENCIES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ \
GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL \
MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF \
SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW \
UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG ZWL \
ADP AFA ALK AOK AON AOR ARA ARP ATS AYM AZM BAD BEC BEF BEL BGL BOP BRB BRC BRE BRN BRR BYB BYR CHC CSD CSK CYP DDM DEM ECS ECV \
EEK ESA ESB ESP FIM FRF GEK GHC GHP GRD GWE GWP HRD IEP ILP ITL LTL LTT LUC LUF LUL LVL LVR MGF MLF MRO MTL MTP MXP MZM NIC NLG \
PEI PEN PES PLZ PTE RHD ROL RUR SDD SDP SIT SKK SRG STD SUR TJR TMM TPE TRL UAK UGS USS UYP VEB VEF XEU XFO XFU XRE YDD YUD YUM \
YUN ZAL ZMK ZRN ZRZ ZWD ZWN ZWR CNH GGP IMP JEP TVD KID FOK NIS RMB";

/// ISO 3166-1 alpha-2: assigned, reserved, withdrawn.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF \
GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW \
KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL \
NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST \
SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW \
AC CP CQ DG EA EU EZ FX IC SU TA UK UN AN BU CS DD NT TP YU ZR AP DY EW FL JA LF PI RA RB RC RH RI RL RM RN RP SF WG WL WO WV YV \
EL CT FQ HV JT MI NH NQ PC PU PZ VD WK YD GE";

/// ISO 639-1, with what it had before.
const LANGUAGES: &str = "AA AB AE AF AK AM AN AR AS AV AY AZ BA BE BG BH BI BM BN BO BR BS CA CE CH CO CR CS CU CV CY DA DE DV DZ EE EL EN \
EO ES ET EU FA FF FI FJ FO FR FY GA GD GL GN GU GV HA HE HI HO HR HT HU HY HZ IA ID IE IG II IK IO IS IT IU JA JV KA KG KI KJ KK \
KL KM KN KO KR KS KU KV KW KY LA LB LG LI LN LO LT LU LV MG MH MI MK ML MN MR MS MT MY NA NB ND NE NG NL NN NO NR NV NY OC OJ OM \
OR OS PA PI PL PS PT QU RM RN RO RU RW SA SC SD SE SG SH SI SK SL SM SN SO SQ SR SS ST SU SV SW TA TE TG TH TI TK TL TN TO TR TS \
TT TW TY UG UK UR UZ VE VI VO WA WO XH YI YO ZA ZH ZU IW IN JI JW MO";

fn is_one_of(list: &str, text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    list.split_ascii_whitespace().any(|known| known == upper)
}

fn is_alpha(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_numeric(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What ISO 3166 leaves to users: `AA`, `QM` to `QZ`, `XA` to `XZ`, `ZZ`.
fn is_of_users(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    match upper.as_bytes() {
        b"AA" | b"ZZ" => true,
        [b'Q', letter] => (b'M'..=b'Z').contains(letter),
        [b'X', letter] => letter.is_ascii_uppercase(),
        _ => false,
    }
}

fn is_country(text: &str) -> bool {
    is_alpha(text, 2) && (is_one_of(COUNTRIES, text) || is_of_users(text))
}

/// Whether a text may be a code of that standard, in either case.
pub fn is_code(standard: &str, text: &str) -> bool {
    match standard {
        "iso-4217" => is_numeric(text) || is_alpha(text, 3) && is_one_of(CURRENCIES, text),
        "iso-3166-alpha-2" => is_country(text),
        "iso-3166" => is_country(text) || is_alpha(text, 3) || is_numeric(text),
        "iso-639-1" => {
            // With a region or a script behind it, it is a tag of RFC 5646 that begins with such a code.
            let first = text.split(['-', '_']).next().unwrap_or_default();
            is_alpha(first, 2) && is_one_of(LANGUAGES, first)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_one_of_its_standard() {
        for (standard, text, is) in [
            ("iso-4217", "EUR", true),
            ("iso-4217", "usd", true),
            ("iso-4217", "978", true),
            ("iso-4217", "DEM", true),
            ("iso-4217", "EURO", false),
            ("iso-4217", "€", false),
            ("iso-4217", "QQQ", false),
            ("iso-3166-alpha-2", "DE", true),
            ("iso-3166-alpha-2", "XK", true),
            ("iso-3166-alpha-2", "DEU", false),
            ("iso-3166-alpha-2", "UU", false),
            ("iso-3166", "DEU", true),
            ("iso-3166", "276", true),
            ("iso-3166", "Germany", false),
            ("iso-639-1", "de", true),
            ("iso-639-1", "de-DE", true),
            ("iso-639-1", "deu", false),
            ("iso-639-1", "xx", false),
        ] {
            assert_eq!(is_code(standard, text), is, "{standard} {text}");
        }
    }
}
