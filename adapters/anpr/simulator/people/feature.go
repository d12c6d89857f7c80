package people

// Feature is a set of traits of a person as they stand on AsOf.
type Feature uint64

// The fourteen visure that can be made for the person from clean data: alive
// (the death apart), certifiable, one card, nothing pending, facts complete. For
// the two histories there is also something to tell: at least two entries.
const (
	FitsNascita Feature = 1 << iota
	FitsEsistenzaInVita
	FitsMorte
	FitsCittadinanza
	FitsMatrimonio
	FitsStatoLibero
	FitsResidenza
	FitsStatoCivile
	FitsStatoFamiglia
	FitsStatoFamigliaParentela
	FitsStatoFamigliaAIRE
	FitsResidenzaAIRE
	FitsCittadinanzaStorica
	FitsResidenzaStorica

	Clean // none of the obstacles below
	Minor
	Deceased
	PresumedDead
	Irreperibile // cancelled, motivo 6 (AIRE 5)
	AIRE
	Single // celibe or nubile
	Married
	Widowed
	Divorced
	CivilUnion
	CivilUnionEnded
	StatusUnknown
	MissingBondData // married or widowed, but ANPR lacks the facts
	Remarried
	Cohabiting // convivenza di fatto with contract
	Foreigner
	SeveralCitizenships
	AcquiredCitizenship
	CitizenshipUnknown // 998, 999 or none
	Homeless
	InConvivenza
	LinkUnknown // kinship 99, closed in 2015, or missing
	LivesAlone
	LargeFamily // twelve or more
	FamilyIncomplete
	FamilyRegistering
	FamilyInProgress
	Homonym // another has the same names, sex and birthday
	DuplicateCard
	DoubleRegistration
	NotCertifiable // table 42: 0, 3 or 4
	PartiallyCertifiable
	OpenProcedure
	NoSurname
	NoName
	LongName
	NonASCII
	PartialBirthDate
	ExceptionalBirthplace
	BornAbroad
	MissingBirthAct
	Omocode
	InvalidCF
	Moved // ANPR can list at least two residences
	CameFromElsewhere
	TwoAddresses // a domicile besides the residence
	CodeChanged  // found also by the codice fiscale they had before
)

// ByTipo maps the wire code of each kind of visura to the people it fits.
var ByTipo = map[string]Feature{
	"nascita": FitsNascita, "esistenza_in_vita": FitsEsistenzaInVita, "morte": FitsMorte,
	"cittadinanza": FitsCittadinanza, "matrimonio": FitsMatrimonio, "stato_libero": FitsStatoLibero,
	"residenza": FitsResidenza, "stato_civile": FitsStatoCivile, "stato_famiglia": FitsStatoFamiglia,
	"stato_famiglia_parentela": FitsStatoFamigliaParentela, "stato_famiglia_aire": FitsStatoFamigliaAIRE,
	"residenza_aire": FitsResidenzaAIRE, "cittadinanza_storica": FitsCittadinanzaStorica, "residenza_storica": FitsResidenzaStorica,
}

// ByName finds a feature by its name here, as the admin interface spells it.
var ByName = map[string]Feature{
	"Clean": Clean, "Minor": Minor, "Deceased": Deceased, "PresumedDead": PresumedDead, "Irreperibile": Irreperibile,
	"AIRE": AIRE, "Single": Single, "Married": Married, "Widowed": Widowed, "Divorced": Divorced,
	"CivilUnion": CivilUnion, "CivilUnionEnded": CivilUnionEnded, "StatusUnknown": StatusUnknown,
	"MissingBondData": MissingBondData, "Remarried": Remarried, "Cohabiting": Cohabiting, "Foreigner": Foreigner,
	"SeveralCitizenships": SeveralCitizenships, "AcquiredCitizenship": AcquiredCitizenship,
	"CitizenshipUnknown": CitizenshipUnknown, "Homeless": Homeless, "InConvivenza": InConvivenza,
	"LinkUnknown": LinkUnknown, "LivesAlone": LivesAlone, "LargeFamily": LargeFamily,
	"FamilyIncomplete": FamilyIncomplete, "FamilyRegistering": FamilyRegistering, "FamilyInProgress": FamilyInProgress,
	"Homonym": Homonym, "DuplicateCard": DuplicateCard, "DoubleRegistration": DoubleRegistration,
	"NotCertifiable": NotCertifiable, "PartiallyCertifiable": PartiallyCertifiable, "OpenProcedure": OpenProcedure,
	"NoSurname": NoSurname, "NoName": NoName, "LongName": LongName, "NonASCII": NonASCII,
	"PartialBirthDate": PartialBirthDate, "ExceptionalBirthplace": ExceptionalBirthplace, "BornAbroad": BornAbroad,
	"MissingBirthAct": MissingBirthAct, "Omocode": Omocode, "InvalidCF": InvalidCF, "Moved": Moved,
	"CameFromElsewhere": CameFromElsewhere, "TwoAddresses": TwoAddresses, "CodeChanged": CodeChanged,
}

// Has says whether the person has every one of the features.
func (p *Person) Has(f Feature) bool { return p.Features&f == f }

// HasAny says whether the person has at least one of the features.
func (p *Person) HasAny(f Feature) bool { return p.Features&f != 0 }
