package scheda

// The decoding tables of ANPR, as far as documents print them: ANPR sends the
// codes alone.

// statiCivili is table 1, by sex.
var statiCivili = map[string]Gendered{
	"1": {"celibe", "nubile"},
	"2": {"coniugato", "coniugata"},
	"3": {"vedovo", "vedova"},
	"4": {"divorziato", "divorziata"},
	"6": {"unito civilmente", "unita civilmente"},
	"7": {"stato libero a seguito di decesso della parte unita civilmente", ""},
	"8": {"stato libero a seguito di scioglimento dell'unione civile", ""},
}

// legami is table 5, by sex: the relation to the head of the family. Codes 14,
// 15, 19 and 80 were closed on 15/09/2015 and occur in older records only; 81 and
// 99 are imprecise but occur.
var legami = map[string]Gendered{
	"1":  {"intestatario della scheda", "intestataria della scheda"},
	"2":  {"marito", "moglie"},
	"3":  {"figlio", "figlia"},
	"4":  {"nipote (discendente)", ""},
	"5":  {"pronipote (discendente)", ""},
	"6":  {"padre", "madre"},
	"7":  {"nonno", "nonna"},
	"8":  {"bisnonno", "bisnonna"},
	"9":  {"fratello", "sorella"},
	"10": {"nipote (collaterale)", ""},
	"11": {"zio (collaterale)", "zia (collaterale)"},
	"12": {"cugino", "cugina"},
	"13": {"altro parente", ""},
	"14": {"figliastro", "figliastra"},
	"15": {"patrigno", "matrigna"},
	"16": {"genero", "nuora"},
	"17": {"suocero", "suocera"},
	"18": {"cognato", "cognata"},
	"19": {"fratellastro", "sorellastra"},
	"20": {"nipote (affine)", ""},
	"21": {"zio (affine)", "zia (affine)"},
	"22": {"altro affine", ""},
	"23": {"convivente (con vincoli di adozione o affettivi)", ""},
	"24": {"responsabile della convivenza non affettiva", ""},
	"25": {"convivente in convivenza non affettiva", ""},
	"26": {"tutore", "tutrice"},
	"28": {"unito civilmente", "unita civilmente"},
	"80": {"adottato", "adottata"},
	"81": {"nipote", ""},
	"99": {"non definito o non comunicato", ""},
}

// legamiChiusi are the relations of table 5 no longer admitted.
var legamiChiusi = []string{"14", "15", "19", "80"}

// cancellazioni is table 15: why a resident left the register.
var cancellazioni = map[string]string{
	"1":  "morte accertata",
	"2":  "morte presunta giudizialmente dichiarata",
	"3":  "trasferimento di residenza in altro comune",
	"4":  "trasferimento di domicilio (senza fissa dimora)",
	"5":  "trasferimento di residenza all'estero di cittadino straniero",
	"6":  "irreperibilità",
	"7":  "mancato rinnovo della dimora abituale o del permesso di soggiorno",
	"8":  "trasferimento di residenza all'estero (iscrizione AIRE)",
	"9":  "rettifiche post censuarie",
	"10": "doppia iscrizione",
	"11": "perdita della cittadinanza italiana",
	"12": "ripristino della posizione precedente",
	"13": "altro motivo",
}

// cancellazioniAIRE is table 28: why an Italian abroad left the register.
var cancellazioniAIRE = map[string]string{
	"1":  "morte accertata",
	"2":  "morte presunta giudizialmente dichiarata",
	"3":  "iscrizione nell'anagrafe dei residenti per trasferimento dall'estero",
	"4":  "iscrizione nell'anagrafe dei residenti per immigrazione dall'estero",
	"5":  "irreperibilità presunta",
	"6":  "perdita della cittadinanza",
	"7":  "trasferimento nell'AIRE di altro comune",
	"8":  "altro motivo",
	"10": "doppia iscrizione",
}

// indirizzi is table 25: what an address is to the person.
var indirizzi = map[string]string{
	"1":  "residenza",
	"2":  "dimora abituale",
	"3":  "domicilio eletto",
	"4":  "residenza estera",
	"5":  "presso, in località italiana",
	"6":  "presso, in località estera",
	"7":  "ultima residenza italiana",
	"8":  "residenza temporanea",
	"9":  "altro",
	"10": "revisione onomastica stradale",
	"11": "rettifica a seguito di accertamenti",
}

// cessazioni is table 31: how a marriage ended, or the spouses separated.
var cessazioni = map[string]string{
	"1":  "cessazione degli effetti civili",
	"2":  "annullamento",
	"3":  "scioglimento",
	"4":  "nullità",
	"5":  "separazione",
	"6":  "cessazione degli effetti civili (D.L. 12/09/2014 n. 132)",
	"7":  "scioglimento (D.L. 12/09/2014 n. 132)",
	"8":  "separazione (D.L. 12/09/2014 n. 132)",
	"9":  "delibazione (estero)",
	"10": "atto notarile (estero)",
	"22": "altro tipo di cessazione o scioglimento",
}

// scioglimenti is table 43, as far as civil unions go.
var scioglimenti = map[string]string{
	"1":  "accordo di scioglimento (anche unilaterale)",
	"2":  "convenzione di negoziazione assistita",
	"3":  "sentenza",
	"98": "decesso della parte unita civilmente",
}

// Codes of civil status (table 1).
const (
	Celibe                = "1"
	Coniugato             = "2"
	Vedovo                = "3"
	Divorziato            = "4"
	Unito                 = "6"
	LiberoPerDecesso      = "7"
	LiberoPerScioglimento = "8"
)

// Codes of certifiability (table 42).
const (
	NonCertificabile      = "0"
	CertificabileParziale = "1"
	NonIscrivibile        = "3"
	Tutelato              = "4"
)

// Gendered is a word in its two genders; an empty feminine is the same as the
// masculine.
type Gendered struct{ M, F string }

// For chooses by the sex as registered (M, F); where it is not known it returns
// both words with a slash between them.
func (g Gendered) For(sesso string) string {
	switch {
	case g.F == "" || sesso == "M":
		return g.M
	case sesso == "F":
		return g.F
	}
	return g.M + "/" + g.F
}

// text returns the word for a code; a code that is not in the table is returned
// as "codice" and the code itself.
func text(table map[string]string, code string) string {
	if word, ok := table[code]; ok || code == "" {
		return word
	}
	return "codice " + code
}
