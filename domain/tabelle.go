package domain

// The decoding tables of ANPR, as far as documents print them. ANPR sends
// codes and leaves the words to the reader.

// statiCivili is table 1, by sex.
var statiCivili = map[string]genere{
	"1": {"celibe", "nubile"},
	"2": {"coniugato", "coniugata"},
	"3": {"vedovo", "vedova"},
	"4": {"divorziato", "divorziata"},
	"6": {"unito civilmente", "unita civilmente"},
	"7": {"stato libero a seguito di decesso della parte unita civilmente", ""},
	"8": {"stato libero a seguito di scioglimento dell'unione civile", ""},
}

// legami is table 5, by sex: the relation to the head of the family. Codes 14,
// 15, 19 and 80 were closed on 15/09/2015 and live on in older records; 81 and
// 99 say little but must be read.
var legami = map[string]genere{
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

// cessazioni is table 31: how a marriage ended, or was loosened.
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

// Codes the rules speak of.
const (
	coniugato             = "2" // table 1
	vedovo                = "3"
	divorziato            = "4"
	unito                 = "6"
	liberoPerDecesso      = "7"
	liberoPerScioglimento = "8"

	nonCertificabile = "0" // table 42
	parziale         = "1"
	nonIscrivibile   = "3"
	tutelato         = "4"

	italia = "100" // ISTAT code of the State
)

// genere is a word in its two genders; an empty feminine is the same as the
// masculine.
type genere struct{ m, f string }

// per chooses by the sex as registered (M, F); where it is not known both
// words stand side by side.
func (g genere) per(sesso string) string {
	switch {
	case g.f == "" || sesso == "M":
		return g.m
	case sesso == "F":
		return g.f
	}
	return g.m + "/" + g.f
}

// voceTabella reads a code, and prints one it does not know as it came.
func voceTabella(tabella map[string]string, codice string) string {
	if testo, ok := tabella[codice]; ok || codice == "" {
		return testo
	}
	return "codice " + codice
}
