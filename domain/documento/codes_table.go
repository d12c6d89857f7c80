package documento

import "github.com/visure-anagrafiche/visure/domain"

// severalCodes say that more than one person fits.
const severalCodes = "EN043 EN067 EN095 EN115 EN131 EN175 EN313 ENT01"

// meanings are the codes a consultation can meet (list of errors of 2018, ANPR.md
// section 6, public tickets since). Of several that are named together the first
// in this order is the reason given. What is left of the list are answers to
// services that write, which are not asked.
var meanings = []meaning{
	// Of the person.
	{codes: "EN054 EN228", class: final, reason: domain.ReasonDeceased, stops: ofTheRegistered},
	{codes: "EN229 EN413 EN435", class: final, reason: domain.ReasonCancelled, stops: ofTheRegistered},
	// "Il soggetto risulta @": what, stands in ANPR's own words alone.
	{codes: "EN047 EN049 EN160", class: final, reason: domain.ReasonNotInForce, stops: ofTheRegistered},
	{codes: "EN469 EN470 EN471 EN472", class: final, reason: domain.ReasonDoubleEntry, stops: every},
	{codes: "EN044 EN417 EN418", class: final, reason: domain.ReasonAIRE, stops: ofResidents},
	{codes: "EN057 EN164", class: final, reason: domain.ReasonNotAIRE, stops: ofAIRE},
	{codes: "EN061 EN486", class: final, reason: domain.ReasonNotDeceased, stops: ofDeath},
	{codes: "EN046 EN048", class: final, reason: domain.ReasonNotCertifiable, warns: allBut(partialSuffices...), text: partialText},
	{codes: "EN176 EN181 EN203", class: final, reason: domain.ReasonOpenProcedure, warns: every,
		text: "Per il soggetto risulta aperto in ANPR un procedimento anagrafico: i dati potrebbero cambiare."},

	// Of the family. EN212 is told of kinship since the list was printed.
	{codes: "EN213 EN221", class: final, reason: domain.ReasonFamilyIncomplete, family: true, stops: ofFamilies, warns: every,
		text: "La famiglia anagrafica del soggetto risulta incompleta in ANPR."},
	{codes: "EN212", class: final, reason: domain.ReasonKinship, family: true, stops: only(domain.StatoFamiglia, domain.StatoFamigliaParentela), warns: ofFamilies, text: kinshipText},
	{codes: "EN222", class: final, reason: domain.ReasonKinship, family: true, stops: ofKinship, warns: ofFamilies, text: kinshipText},
	{codes: "EN219 EN225 EN226 EN292 EN166 EF007 EF008 EF009 EC002", class: final, reason: domain.ReasonRegistryData, family: true, warns: ofFamilies, text: kinshipText},
	{codes: "EN214 EN492", class: retry, reason: domain.ReasonFamilyInProgress, family: true, stops: ofFamilies, warns: every,
		text: "La famiglia anagrafica del soggetto è in corso di registrazione o di aggiornamento in ANPR."},
	{codes: "EN055", class: final, reason: domain.ReasonConvivenza, stops: ofFamilies},
	{codes: "EN059", class: final, reason: domain.ReasonSingleMember, stops: ofKinship},
	{codes: "EN062", class: final, reason: domain.ReasonNoHead, family: true, stops: ofFamilies},
	{codes: "EN045", class: final, reason: domain.ReasonLegameClosed, family: true, stops: only(domain.StatoFamigliaAIRE), warns: ofKinship,
		text: "Nella famiglia è registrata in ANPR una relazione con l'intestatario non più ammessa."},
	{codes: "EN058 EN137", class: final, reason: domain.ReasonNoFamily, stops: ofFamilies},

	// Of what a type is about.
	{codes: "EN060", class: final, reason: domain.ReasonNotFree, stops: only(domain.StatoLibero)},
	{codes: "EN138", class: final, reason: domain.ReasonNoStatoCivile, stops: ofCivilStatus},
	{codes: "EN161 EN162", class: final, reason: domain.ReasonNoSpouse, stops: only(domain.Matrimonio)},
	{codes: "EN353", class: final, reason: domain.ReasonNoProof},
	{codes: "EN110", class: final, reason: domain.ReasonNotItalian, stops: only(domain.CittadinanzaStorica)},
	{codes: "EN407", class: final, reason: domain.ReasonNoCittadinanza, stops: ofCittadinanza},
	{codes: "EN422", class: final, reason: domain.ReasonNoDecorrenza, stops: only(domain.ResidenzaStorica)},
	{codes: "EN434", class: final, reason: domain.ReasonNoResidenza, stops: only(domain.ResidenzaStorica)},
	{codes: "EN410", class: final, reason: domain.ReasonBornAbroad},

	// Of who is meant.
	{codes: severalCodes, class: final, reason: domain.ReasonSeveralSubjects, stops: every},
	{codes: "EN068 EN069 EN070 EN071 EN072 EN073 EN074 EN075 EN083 EN084 EN085 EN086 EN087 EN088 EN089 EN090 EN183", class: final,
		reason: domain.ReasonMismatch, stops: every},
	{codes: "EN119 EN134 EN135 EN136 EN167 EN180 EN204 EN210 EN493", class: final, reason: domain.ReasonAccessDenied},
	{codes: "EN042 EN122 EN130 EN133 EN185 ENT04 EF001 EF002 ES003 ES100 ES101 ES102", class: final, reason: domain.ReasonNotFound},

	// Of data that ANPR holds, and finds in contrast or not verified.
	{codes: "EC007 EC008 EC009 EC030 EC031 EN332 EN333 EN334 EN335 EN336 EN337 EN338 EHA3", class: final, reason: domain.ReasonRegistryData, warns: every,
		text: "In ANPR il comune di nascita non è verificato alla data di nascita."},
	{codes: "EN339 EN340 ENT02 ENT03 EN141 EN230", class: final, reason: domain.ReasonRegistryData, warns: every,
		text: "In ANPR il codice fiscale del soggetto non è congruente con i suoi dati anagrafici, o non è stato verificato."},
	{codes: "EC075 EC076 EC077 EC166 EC167 EC168 EC169 EHR69 EHR79 ES013 ES080", class: final, reason: domain.ReasonRegistryData, warns: ofBirth,
		text: "In ANPR gli estremi dell'atto di nascita non sono verificati."},
	{codes: "EC106 EC107 EC108 EC109 EC110 EC111 EC112 EC113 EC170 EC171 EC184 EHR70 EHR80 EHR93 EHR98 EN488 ES007", class: final, reason: domain.ReasonRegistryData,
		warns: ofDeath, text: "In ANPR i dati del decesso non sono verificati."},
	{codes: "EN271 EN277 EN127 EN199 EN200 EN201 EN202 EN205 EN272 EN298 EN299 EN306 EN310 EC001 EC010 ES014 ES015 ES016 ES017 ES018 ES019 ES020", class: final,
		reason: domain.ReasonRegistryData, warns: ofCivilStatus, text: "In ANPR lo stato civile del soggetto non è congruente con gli altri dati."},
	{codes: "EC039 EC041 EC042 EC043 EC044 EC081 EC082 EC083 EC101 EC103 EC152 EC153 EC154 EC155 EHR71 EHR81 EN348 EN382 ES010 ES045 ES048", class: final,
		reason: domain.ReasonRegistryData, warns: ofMarriage, text: "In ANPR i dati del matrimonio o del coniuge non sono verificati."},
	{codes: "EC046 EC048 EC049 EC050 EC051 EC084 EC085 EC086 EC102 EC104 EHR72 EHR82 EHR95 EN293 EN300 ES011 ES067", class: final,
		reason: domain.ReasonRegistryData, warns: ofMarriage, text: "In ANPR i dati del decesso del coniuge non sono verificati."},
	{codes: "EC096 EC097 EC098 EC105 EHR31 EHR73 EHR83 EHR90 EHR91 EHR96 EN242 EN309 ES012 ES047", class: final,
		reason: domain.ReasonRegistryData, warns: ofMarriage, text: "In ANPR i dati della cessazione del matrimonio non sono verificati."},
	{codes: "EC114 EC115 EC116 EC117 EC118 EC119 EC120 EC121 EC122 EC123 EC124 EC125 EC142 EC143 EC156 EC157 EC158 EC159 EHR22 EHR23 EHR35 EHR36 EHR37 ES129",
		class: final, reason: domain.ReasonRegistryData, warns: only(domain.StatoCivile), text: "In ANPR i dati dell'unione civile non sono verificati."},
	{codes: "EC011 EC036 EC038 EHR13 EHR88 EN349 EN421 ES009", class: final, reason: domain.ReasonRegistryData, warns: ofCittadinanza,
		text: "In ANPR la cittadinanza del soggetto non è verificata."},
	{codes: "EC006 EC013 EC014 EC032 EC033 EC034 EC053 EC055 EC056 EC057 EC058 EC060 EC061 EC062 EC073 EN297 EN415 EN420 EN424 EN425 EN426 EN481 " +
		"ES021 ES022 ES026 ES027 ES028 ES030 ES078 ES079 ES088 ES099", class: final, reason: domain.ReasonRegistryData, warns: ofAddresses,
		text: "In ANPR l'indirizzo, la sua decorrenza o l'iscrizione del soggetto non sono verificati."},

	// Of data that no document prints: convivenza di fatto, parents, identity
	// documents, lists, census, origin and destination. A flag says nothing.
	{codes: "EC012 EC016 EC017 EC023 EC059 EC063 EC064 EC065 EC066 EC074 EC078 EC079 EC080 EC087 EC088 EC089 EC090 EC092 EC093 EC095 EC099 EC100 " +
		"EC126 EC127 EC128 EC129 EC130 EC131 EC132 EC133 EC134 EC135 EC136 EC137 EC138 EC139 EC140 EC141 EC144 EC145 EC146 EC147 " +
		"EC148 EC149 EC150 EC151 EC160 EC161 EC162 EC163 EC172 EC173 EC174 EC175 EC176 EC179 EC180 EC181 EC182 EC183 " +
		"EHR38 EHR39 EHR40 EHR41 EHR89 EN142 EN143 EN144 EN195 EN288 EN295 EN329 EN405 EN406 EN480 ES029 ES031 ES032 ES089", class: final, reason: domain.ReasonRegistryData},

	// Of the request: who asks, and how.
	{codes: "EN169 EN170 EN286 EN294 EN056 EN163 EN328 EN404 EN412 EN419 EN423", class: final, reason: domain.ReasonRefusedByANPR},
	{codes: "EN081 EN082 EN129 EN132 EN178 ES004 ES005 EN448 EN124 EN050 EN051 EN052 EN053 EN066 EN449 EN106 EN165 EN174 EN189 EN198 EN371 EN372 EN479 " +
		"EN379 EN489 EN079 EN080 SP000 ES057 ES058 ES061 ES062 ES063 ES066 ES114 ES115 EN116 EN120 EN121 EN123 EN208 EN209 EN217 EN281 EN282 EN283 EN284 EN285 EN391 " +
		"EC020 EC021 EC022 EC025 EC026 EC069 EC070 XXXX", class: configuration},
	{codes: "EN148", class: final},               // why is said by another, or by none
	{codes: "EN527 999", class: retry},           // support data; a passing fault
	{codes: "EN099 EN108 EN109", class: unknown}, // the answer is being made: the same id will bring it
}

const (
	partialText = "In ANPR il soggetto è certificabile solo per residenza e stato di famiglia: i dati qui riportati vanno verificati con l'Ufficio Anagrafe."
	kinshipText = "In ANPR i rapporti di parentela della famiglia risultano da rivedere: verificarli con l'Ufficio Anagrafe."
)
