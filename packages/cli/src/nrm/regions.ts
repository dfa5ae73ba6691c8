// Which stock of name fragments a country draws from. The regions follow what names sound alike, nothing else.
const table = {
  westAfrica: 'AO BF BI BJ CD CF CG CI CM CV GA GH GM GN GQ GW LR ML NE NG RW SH SL SN ST TD TG',
  eastAfrica: 'DJ ER ET KE KM SO SS TZ UG',
  southernAfrica: 'BW LS MG MU MW MZ NA RE SC SZ YT ZA ZM ZW BV HM TF GS',
  arabicWorld: 'AE BH DZ EG EH IL IQ IR JO KW LB LY MA MR OM PS QA SA SD SY TN YE',
  southAsia: 'AF BD BT IN IO LK MV NP PK',
  eastAsia: 'BN CN HK ID JP KH KP KR LA MM MN MO MY PH SG TH TL TW VN',
  easternEurope: 'AL AM AZ BA BG BY CZ EE GE HR HU KG KZ LT LV MD ME MK PL RO RS RU SI SK TJ TM TR UA UZ XK',
  westernEurope:
    'AD AT AU AX BE CA CH CX CC CY DE DK ES FI FK FO FR GB GG GI GL GR IE IM IS IT JE LI LU MC MT NF NL NO NZ PM PT SE SJ SM US UM VA AQ',
  americas:
    'AG AI AR AW BB BL BM BO BQ BR BS BZ CL CO CR CU CW DM DO EC GD GF GP GT GY HN HT JM KN KY LC MF MQ MS MX NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI',
  pacific: 'AS CK FJ FM GU KI MH MP NC NR NU PF PG PN PW SB TK TO TV VU WF WS',
} as const

/** A stock of name fragments. */
export type Region = keyof typeof table

/** All regions, in an order that is part of the frozen generator. */
export const regions = Object.keys(table) as readonly Region[]

/** The region of a country code. */
export const regionOf: ReadonlyMap<string, Region> = new Map(
  regions.flatMap(region => table[region].split(' ').map(code => [code, region] as const)),
)
