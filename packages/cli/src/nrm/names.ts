// Fragments that invented names are put together from. They sound like a region and name nobody: the combinations are our own.
// Frozen: a changed fragment changes the people of every file ever imported (the golden test says so).
import type { Region } from './regions.ts'

/** Fragments of one region. A given name is start + ending, a family name two of (start + middle + ending). */
export interface Fragments {
  given: readonly string[]
  feminine: readonly string[]
  masculine: readonly string[]
  family: readonly string[]
  middle: readonly string[]
  ending: readonly string[]
}

const stock = (given: string, feminine: string, masculine: string, family: string, middle: string, ending: string) => {
  const list = (text: string) => text.split(' ')
  return {
    given: list(given),
    feminine: list(feminine),
    masculine: list(masculine),
    family: list(family),
    middle: list(middle),
    ending: list(ending),
  }
}

/** Fragments by region. */
export const fragments: Readonly<Record<Region, Fragments>> = {
  westAfrica: stock(
    'Ade Ama Bola Chi Dami Efe Ese Ife Iyo Kema Kofa Kwe Mando Nana Nne Obi Ola Ose Sefi Temi Tola Uche Yawa Zeina',
    'mira lola tara bisa nika yema fara disa sola wenna rita kuma',
    'kunle mba tor dele kwame bor sun gwa tunde fin man siko',
    'Abo Aki Ama Bala Dia Edo Fola Gana Ibe Jalo Kone Lasi Mbe Nwo Oda Oke Osa Quai Sana Tano Ude Wuri Yobo Zuma',
    'la ra ke do ni wa si mo be ta gu ya',
    'nde ko ra ba wole mi tu sa yemi kwe lo fo dji gba nu ro seni ma te zo di ngo bi le',
  ),
  eastAfrica: stock(
    'Abe Alma Ayu Bere Desa Dawe Ela Fiya Gele Hiru Isma Jama Kiba Luwa Meke Nafi Rahe Sabo Sela Tari Wari Yona Zeri Zuba',
    'ret nesh lem wit bet yah nia let sia roh mah kia',
    'bede new yos kal neh mar der ssa bir lom gan hun',
    'Aba Asme Beke Chege Dire Fana Gebe Habo Ilma Kaha Kiro Lago Mako Mule Ngara Oma Rufo Seme Tesfo Wako Waru Yaso Zewa Zula',
    'ne ri ma le gu ta wo si ba ke yi do',
    'na re le mu ye ga si bo ti ra du we no mi sha ki to la gi be wa ru so da',
  ),
  southernAfrica: stock(
    'Ande Bone Chipo Dumi Fara Gugu Hloni Jabu Kago Lere Lindo Mpho Naledo Nomi Palo Rudo Sibo Tando Tari Thabo Tino Vuyo Zane Zodwa',
    'sile wana nai ratha lani kile sani mela tina dile yana bisa',
    'seko lani mba tso dzai kosi nyane reng vimbo langa fana toli',
    'Bango Chako Dlawe Gumbe Hado Kgano Khuma Lesa Mako Mbeze Moya Mwela Ndala Ngo Phala Rako Sibe Simo Tembo Tsha Vila Wando Zaka Zimba',
    'ka lo ma nya re si ti wa zo di be lu',
    'ne ra si mbo nga lo ya te we ni za ko le so ti ngu da ma ri se wo ke na ba',
  ),
  arabicWorld: stock(
    'Adi Ame Basi Dali Fadi Fari Ghasa Hami Hani Isma Jali Kari Lami Mari Nadi Nasi Rani Rasha Sami Shadi Tari Wafi Yasi Zahi',
    'ya ma ra ha nah sah wa lah dah rin mina fa',
    'r m d l n f q b s mir dan yad',
    'Aba Badra Daha Faro Ghana Habo Haddo Jaba Kana Khalo Maso Mura Nasso Qada Rama Rasho Saba Sharo Taha Wazo Yaza Zaido Zama Hako',
    'di ri ma la ni si ha wa bi ya ra ti',
    'n ri wi mi ni di sh zi bi r yan wan li f q dan ti mar lan ssi ji d kar hi',
  ),
  southAsia: stock(
    'Abhi Anu Arva Bina Chara Deva Esha Faha Giri Hari Indu Jaya Kama Lila Mano Nila Ojas Pari Rani Saba Tari Uma Vima Zari',
    'ta sha ni mi la vi ra ka ya thi na lekha',
    'm n sh van raj dip kar nath yan b l jit',
    'Abda Baro Chando Dara Gano Haq Jaso Kala Khano Lamo Mali Nara Oja Pano Qure Rawo Saho Sharo Tamo Uppa Vara Wasi Yada Zama',
    'di ka la ma na pa ra sa ta va ya gu',
    'n ni sha kar wal ra tti mi puri li yan dar la gi mal vi thi das ji han ko ram zai ta',
  ),
  eastAsia: stock(
    'An Bao Chi Dao Eiko Fen Gia Hana Jia Kim Lan Linh Mai Min Nari Phu Quy Rei Suda Thi Tuyen Wen Xiu Yuna',
    'lan mei hua na li ra yen ko thuy hwa sari ying',
    'bo jun minh to dat shin wei long quan han san tho',
    'Bui Chan Dao Duo Giang Han Ho Jang Kao Khu Lao Lim Mao Ngo Oka Pham Quan Ryo Sato Tan Tranh Vu Wan Yama',
    'ka li mo na o ra sa ta u wa yo zi',
    'n ng ra mi to da ki no sri wa thi ho ya su ri tan la chai ko dee po ne rat ma',
  ),
  easternEurope: stock(
    'Alba Ane Bora Dari Drita Eva Gali Ilka Iva Jano Kata Lida Lina Mari Mila Nade Olda Petra Rada Sve Teo Valo Vesna Zora',
    'na ka lina ska nia tza sha ra dita mila veta riya',
    'n mir dan slav ko tan vor rik gor sh tin las',
    'Bala Barto Chira Dano Dobre Gavra Hora Iliso Jaro Kova Krasto Luka Maro Nova Orla Pavlo Rado Savo Stana Tomo Urba Vasko Vida Zele',
    'li no ri va ko ma be sti du la re ni',
    'k c n sh v nko ts ra j dze ri ski yan t va lo u ek lya ku bo nov dar m',
  ),
  westernEurope: stock(
    'Ada Alwe Ane Beli Cara Dani Elo Fenna Gwe Hilda Ida Joli Kari Lore Mara Nolde Ora Perri Roso Sande Tilo Una Verra Wyno',
    'lyn ra tte na lie belle a nne mina da ria sa',
    'n ld mar ric dan ward ton lf bert vin rik san',
    'Alder Ashen Barro Bracken Corro Dalen Elder Fenwi Garro Harlo Kestre Lango Marlo Norri Oaken Penro Quillo Rowan Sterro Tarn Under Vanna Wether Yarro',
    'be co do ga la me ni ra sto ta wi y',
    'ck dale field ford ham house l ley man mere n pool r ridge row sby shaw stead ton ville way well wick worth',
  ),
  americas: stock(
    'Alba Ana Bela Cami Daya Elo Fabi Gala Isa Jova Kalo Luci Mari Nayo Odal Pilo Quira Rosa Sele Tadeo Urso Vale Xio Yara',
    'nda ra lia ta mara sol bel cia nira tina leth ssa',
    'n rdo nso los mir vio ro do cio berto lan sto',
    'Aco Balma Caro Delmo Estra Fuente Galo Herra Ibarro Jaco Lomo Mendo Nava Olma Pala Quiro Reyno Salto Tava Urri Valo Vento Yupa Zara',
    'la ma ne ra ri sa te va bi do gui que',
    'no ra z s do lva nte ga ro mar llo da ndo ya rte jo ssi que rri l ta co zco m',
  ),
  pacific: stock(
    'Ala Ana Ati Eli Fale Hina Ili Kalo Lani Leilo Mana Mele Moa Nalu Ofa Pua Rua Sela Sina Tala Tevi Ula Vai Wai',
    'na ni la ra mata sina mele lei rua nia kula ana',
    'toa lo vi tama loa noa mana fo kai lani tele neo',
    'Afo Ako Fai Fono Halo Ilao Kaho Kamo Lolo Malo Manu Nafo Okao Pele Pouno Rangi Sopo Talo Tavo Tupo Uato Vako Vea Wairo',
    'fa ka la ma na pu ra ta va ho li nu',
    'nga ro la ti fo ni mo ku ra ve lau ha su ke toa pe lo tu ma ne vi pa ta u',
  ),
}
