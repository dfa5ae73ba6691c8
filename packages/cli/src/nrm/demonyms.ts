// Demonyms of the Home Office (the list of nationalities on GOV.UK), with spellings of other quarters, each with its code of ISO
// 3166-1 alpha-2; 'Drc' and 'UKrainian' are the tables' own. 'Dominican' is Dominica there; the other country is 'Citizen of the Dominican Republic'. A bare
// 'Congolese', 'Korean' or 'Guinea' says one of two countries and is not listed.
const table = `
AD Andorran
AE Emirati
AF Afghan; Afghani
AG Citizen of Antigua and Barbuda; Antiguan; Antiguan and Barbudan
AI Anguillan
AL Albanian
AM Armenian
AO Angolan
AR Argentine; Argentinian
AS American Samoan
AT Austrian
AU Australian
AW Aruban
AZ Azerbaijani
BA Citizen of Bosnia and Herzegovina; Bosnian; Bosnian and Herzegovinian
BB Barbadian
BD Bangladeshi
BE Belgian
BF Burkinan; Burkinabe; Burkinabé
BG Bulgarian
BH Bahraini
BI Burundian
BJ Beninese
BM Bermudian
BN Bruneian
BO Bolivian
BR Brazilian
BS Bahamian
BT Bhutanese
BW Botswanan; Motswana
BY Belarusian; Belarussian
BZ Belizean
CA Canadian
CD Congolese (DRC); Congolese (Drc); Congolese DRC; Congolese Drc; Congolese (Democratic Republic of the Congo); Congolese (Democratic Republic of Congo); Congolese (Congo DRC)
CF Central African
CG Congolese (Congo); Congolese Congo; Congolese (Republic of the Congo)
CH Swiss
CI Ivorian
CK Cook Islander
CL Chilean
CM Cameroonian
CN Chinese
CO Colombian
CR Costa Rican
CU Cuban
CV Cape Verdean
CY Cypriot
CZ Czech
DE German
DJ Djiboutian
DK Danish
DM Dominican; Dominican (Dominica)
DO Citizen of the Dominican Republic; Dominican (Dominican Republic)
DZ Algerian
EC Ecuadorean; Ecuadorian
EE Estonian
EG Egyptian
ER Eritrean
ES Spanish
ET Ethiopian
FI Finnish
FJ Fijian
FK Falkland Islander
FM Micronesian
FO Faroese
FR French
GA Gabonese
GB UK; British; English; Scottish; Welsh; Northern Irish; Cymraes; Cymro; Prydeinig; United Kingdom
GD Grenadian
GE Georgian
GH Ghanaian
GI Gibraltarian
GL Greenlandic
GM Gambian
GN Guinean
GQ Equatorial Guinean
GR Greek
GT Guatemalan
GU Guamanian
GW Citizen of Guinea-Bissau; Citizen of Guinea Bissau; Bissau-Guinean; Guinea-Bissauan
GY Guyanese
HK Hong Konger
HN Honduran
HR Croatian
HT Haitian
HU Hungarian
ID Indonesian
IE Irish
IL Israeli
IN Indian
IQ Iraqi
IR Iranian
IS Icelandic
IT Italian
JM Jamaican
JO Jordanian
JP Japanese
KE Kenyan
KG Kyrgyz; Kyrgyzstani
KH Cambodian
KI Citizen of Kiribati; I-Kiribati
KM Comoran; Comorian
KN Kittitian; Kittitian and Nevisian
KP North Korean
KR South Korean
KW Kuwaiti
KY Cayman Islander; Caymanian
KZ Kazakh; Kazakhstani
LA Lao; Laotian
LB Lebanese
LC St Lucian; Saint Lucian
LI Liechtenstein citizen
LK Sri Lankan
LR Liberian
LS Mosotho; Lesothan; Basotho
LT Lithuanian
LU Luxembourger
LV Latvian
LY Libyan
MA Moroccan
MC Monegasque
MD Moldovan
ME Montenegrin
MG Malagasy
MH Marshallese
MK Macedonian; North Macedonian
ML Malian
MM Burmese; Myanmar
MN Mongolian
MO Macanese
MQ Martiniquais
MR Mauritanian
MS Montserratian
MT Maltese
MU Mauritian
MV Maldivian
MW Malawian
MX Mexican
MY Malaysian
MZ Mozambican
NA Namibian
NE Nigerien
NG Nigerian
NI Nicaraguan
NL Dutch
NO Norwegian
NP Nepalese; Nepali
NR Nauruan
NU Niuean
NZ New Zealander
OM Omani
PA Panamanian
PE Peruvian
PG Papua New Guinean
PH Filipino
PK Pakistani
PL Polish
PN Pitcairn Islander
PR Puerto Rican
PS Palestinian
PT Portuguese
PW Palauan
PY Paraguayan
QA Qatari
RO Romanian
RS Serbian
RU Russian
RW Rwandan
SA Saudi Arabian; Saudi
SB Solomon Islander
SC Citizen of Seychelles; Seychellois
SD Sudanese
SE Swedish
SG Singaporean
SH St Helenian; Tristanian
SI Slovenian
SK Slovak; Slovakian
SL Sierra Leonean
SM Sammarinese
SN Senegalese
SO Somali; Somalian
SR Surinamese
SS South Sudanese
ST Sao Tomean
SV Salvadorean; Salvadoran
SY Syrian
SZ Swazi
TC Turks and Caicos Islander
TD Chadian
TG Togolese
TH Thai
TJ Tajik; Tajikistani
TL East Timorese; Timorese
TM Turkmen
TN Tunisian
TO Tongan
TR Turkish
TT Trinidadian; Trinidadian and Tobagonian; Trinidad and Tobagonian
TV Tuvaluan
TW Taiwanese
TZ Tanzanian
UA Ukrainian; UKrainian
UG Ugandan
US American
UY Uruguayan
UZ Uzbek; Uzbekistani
VA Vatican citizen
VC Vincentian
VE Venezuelan
VG British Virgin Islander
VN Vietnamese
VU Citizen of Vanuatu; Vanuatuan
WF Wallisian
WS Samoan
XK Kosovan
YE Yemeni
ZA South African
ZM Zambian
ZW Zimbabwean`

/** Country code by demonym. */
export const demonyms: ReadonlyMap<string, string> = new Map(
  table
    .trim()
    .split('\n')
    .flatMap(line => {
      const code = line.slice(0, 2)
      return line
        .slice(3)
        .split('; ')
        .map(demonym => [demonym, code] as const)
    }),
)
