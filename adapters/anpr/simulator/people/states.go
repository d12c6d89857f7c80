package people

// State is a foreign State of ANPR table 2, or one of its special codes.
type State struct {
	Code      string // three digits, CODISTAT
	Name      string
	Catastale string // as in a codice fiscale; "" for the special codes
}

var (
	italy     = &State{"100", "ITALIA", ""}
	stateless = &State{"999", "APOLIDE", ""}
	undefined = &State{"998", "NON ATTRIBUIBILE", ""}
	unsaid    = &State{"998", "NON ATTRIBUIBILE", "Z135"} // the USSR, to the tax agency
	ceased    = &State{"998", "JUGOSLAVIA", "Z118"}       // in no table: its code says so, its name stands

	albania    = &State{"201", "ALBANIA", "Z100"}
	argentina  = &State{"602", "ARGENTINA", "Z600"}
	australia  = &State{"701", "AUSTRALIA", "Z700"}
	bangladesh = &State{"305", "BANGLADESH", "Z249"}
	belgium    = &State{"206", "BELGIO", "Z103"}
	brazil     = &State{"605", "BRASILE", "Z602"}
	france     = &State{"215", "FRANCIA", "Z110"}
	germany    = &State{"216", "GERMANIA", "Z112"}
	morocco    = &State{"436", "MAROCCO", "Z330"}
	peru       = &State{"615", "PERU'", "Z611"}
	romania    = &State{"235", "ROMANIA", "Z129"}
	senegal    = &State{"450", "SENEGAL", "Z343"}
	slovenia   = &State{"251", "SLOVENIA", "Z150"}
	spain      = &State{"239", "SPAGNA", "Z131"}
	swiss      = &State{"241", "SVIZZERA", "Z133"}
	ukraine    = &State{"243", "UCRAINA", "Z138"}
	uk         = &State{"219", "REGNO UNITO", "Z114"}
	usa        = &State{"536", "STATI UNITI D'AMERICA", "Z404"}
)

// nation is where a foreigner comes from and how people are called there, in
// the letters ANPR admits.
type nation struct {
	State    *State
	Towns    []string
	Surnames []string
	Men      []string
	Women    []string
}

var nations = []nation{
	{romania, []string{"BUCAREST", "IASI", "CLUJ-NAPOCA"},
		[]string{"POPESCU", "IONESCU", "ŞERBAN", "RĂDULESCU", "ŢURCANU"},
		[]string{"ANDREI", "ŞTEFAN", "MIHAI", "VASILE"}, []string{"ELENA", "IOANA", "MĂDĂLINA", "CRISTINA"}},
	{albania, []string{"TIRANA", "DURAZZO", "VALONA"},
		[]string{"HOXHA", "BERISHA", "ÇELA", "KRASNIQI", "SHEHU"},
		[]string{"ARBEN", "ILIR", "BESNIK", "GËZIM"}, []string{"ERIONA", "MIRELA", "DRITA", "ARTA"}},
	{morocco, []string{"CASABLANCA", "BENI MELLAL", "FES"},
		[]string{"EL AMRANI", "BENALI", "CHAKIR", "OUAZZANI", "AÏT LAHCEN"},
		[]string{"MOHAMED", "YOUSSEF", "HICHAM", "RACHID"}, []string{"FATIMA", "KHADIJA", "NAÏMA", "SALMA"}},
	{slovenia, []string{"LUBIANA", "KOPER", "MARIBOR"},
		[]string{"ČERNIČ", "ŽERJAL", "ŠKERLJ", "KOVAČIČ", "PAHOR"},
		[]string{"MATJAŽ", "BOŠTJAN", "ALEŠ", "LUKA"}, []string{"NEŽA", "ŠPELA", "MATEJA", "ŽIVA"}},
	{germany, []string{"MONACO DI BAVIERA", "COLONIA", "AMBURGO"},
		[]string{"GROßMANN", "MÜLLER", "WEIß", "SCHRÖDER"},
		[]string{"JÜRGEN", "KLAUS", "STEFAN"}, []string{"HEIKE", "URSULA", "BÄRBEL"}},
	{spain, []string{"MADRID", "SIVIGLIA", "VALENCIA"},
		[]string{"MUÑOZ GARCÍA", "IBÁÑEZ", "NÚÑEZ", "PEÑA ORTEGA"},
		[]string{"ÍÑIGO", "JOSÉ MARÍA", "ÁLVARO"}, []string{"BEGOÑA", "MARÍA JOSÉ", "INÉS"}},
	{ukraine, []string{"KIEV", "LEOPOLI"},
		[]string{"SHEVCHENKO", "KOVALENKO", "BONDAR"}, []string{"OLEKSANDR", "MYKOLA"}, []string{"OKSANA", "IRYNA", "NATALIYA"}},
	{peru, []string{"LIMA", "CALLAO"},
		[]string{"QUISPE HUAMÁN", "SÁNCHEZ LEÓN"}, []string{"JOSÉ LUIS", "CÉSAR"}, []string{"ROSA MARÍA", "YOLANDA"}},
	{senegal, []string{"DAKAR", "TOUBA"},
		[]string{"DIOP", "NDIAYE", "MBAYE"}, []string{"MAMADOU", "CHEIKH"}, []string{"AMINATA", "FATOU"}},
	{bangladesh, []string{"DHAKA", "SYLHET"},
		[]string{"RAHMAN", "HOSSAIN", "MIAH"}, []string{"ABDUL", "KAMAL"}, []string{"SHAHIDA", "RINA"}},
}

// yugoslav is no State of today: its people have 998 with its name.
var yugoslav = nation{ceased, []string{"OSIJEK", "SKOPJE"},
	[]string{"PETROVSKI", "JOVANOVIĆ", "HORVAT"}, []string{"DRAGAN", "ZORAN"}, []string{"VESNA", "LJILJANA"}}

// post is a consulate with the town and State an Italian abroad lives in.
type post struct {
	Code, Seat string // ANPR table 40
	State      *State
	Town       string
	CAP        string
	County     string
	Streets    []string
}

var posts = []post{
	{"2230100", "BRUXELLES", belgium, "BRUXELLES", "1000", "", []string{"RUE IMAGINAIRE", "CHAUSSÉE DE L'ÉTANG"}},
	{"2300603", "MONACO DI BAVIERA", germany, "MONACO DI BAVIERA", "80331", "BAYERN", []string{"GROßE LINDENSTRAßE", "AM ALTEN MÜHLBACH"}},
	{"2300703", "STOCCARDA", germany, "ESSLINGEN AM NECKAR", "73728", "BADEN-WÜRTTEMBERG", []string{"OBERE WEINBERGSTRAßE"}},
	{"2500603", "ZURIGO", swiss, "WINTERTHUR", "8400", "ZÜRICH", []string{"ÄUSSERE SEEGASSE", "LINDENWEG"}},
	{"2310103", "LONDRA", uk, "LONDON", "SW1A 9ZZ", "GREATER LONDON", []string{"UPPER INVENTED TERRACE"}},
	{"2290103", "PARIGI", france, "SAINT-DENIS", "93200", "ÎLE-DE-FRANCE", []string{"ALLÉE DES TROIS TILLEULS"}},
	{"2480203", "BARCELLONA", spain, "L'HOSPITALET DE LLOBREGAT", "08901", "CATALUÑA", []string{"CARRER DE LA FONT NOVA"}},
	{"2600103", "BUENOS AIRES", argentina, "LOMAS DE ZAMORA", "B1832", "BUENOS AIRES", []string{"AVENIDA DE LOS JACARANDÁS"}},
	{"2630203", "SAN PAOLO", brazil, "SÃO BERNARDO DO CAMPO", "09750-000", "SÃO PAULO", []string{"RUA DAS ACÁCIAS IMAGINÁRIAS"}},
	{"2810703", "NEW YORK", usa, "BROOKLYN", "11299", "NEW YORK", []string{"EAST 199TH STREET"}},
	{"3020303", "SYDNEY", australia, "PARRAMATTA", "2150", "NEW SOUTH WALES", []string{"OLD ORCHARD PARADE"}},
}
