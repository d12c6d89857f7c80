package api

import "github.com/visure-anagrafiche/visure/domain"

func init() {
	for name, t := range ofCasi {
		glossary["RigaCaso."+name], glossary["CasoDettaglio."+name] = t, t
	}
	for name, t := range ofAlarmRules {
		glossary[name] = t
	}
}

var (
	gravitaNames = []string{string(domain.GravitaAlta), string(domain.GravitaMedia), string(domain.GravitaBassa)}
	regoleNames  = []string{string(domain.AllarmeOrario), string(domain.AllarmeSoggettoUtente), string(domain.AllarmeSoggettoEnte)}
	esitiCaso    = []string{string(domain.EsitoGiustificata), string(domain.EsitoImpropria), string(domain.EsitoDaSegnalare)}
)

// ofCasi is the glossary of a case, in a list and by itself.
var ofCasi = map[string]term{
	"al":                {about: "Quando è stata fatta l'ultima delle richieste con cui è stato aperto"},
	"closed_at":         {about: "Quando è stato chiuso"},
	"codice":            {about: "La regola di allarme", values: regoleNames},
	"conto":             {about: "Di quante richieste si tratta"},
	"dal":               {about: "Quando è stata fatta la prima delle richieste con cui è stato aperto"},
	"due_at":            {about: "Entro quando va preso in carico"},
	"esito":             {about: "L'esito; assente: non è chiuso", values: esitiCaso},
	"giorno":            {about: "Giorno italiano AAAA-MM-GG in cui è cominciato l'orario sospetto"},
	"gravita":           {about: "La gravità dell'allarme", values: gravitaNames},
	"incaricato":        {about: "Chi lo ha, o lo aveva, in carico", format: uuidFormat},
	"incaricato_codice": {about: "Il codice di chi lo ha, o lo aveva, in carico"},
	"opened_at":         {about: "Quando è stato aperto"},
	"proprio":           {about: "Riguarda chi legge, che non se ne occupa"},
	"regola":            {about: "La regola in parole, com'era in vigore"},
	"riservato":         {about: "Riguarda chi amministra l'Ente: se ne occupa il Comune"},
	"stato":             {about: "open: da prendere in carico; taken: in carico; closed: chiuso", values: casoStates},
	"taken_at":          {about: "Quando è stato preso in carico l'ultima volta"},
	"tardivo":           {about: "Nessuno lo ha preso in carico in tempo"},
	"titolo":            {about: "Di che allarme si tratta, in italiano"},
	"utente":            {about: "L'utente le cui richieste contano; assente: contano quelle di tutto l'Ente", format: uuidFormat},
	"utente_codice":     {about: "Il codice dell'utente le cui richieste contano"},
	"versione":          {about: "La versione della regola; 0: il Comune non ne aveva indicata una"},
}

// ofAlarmRules is the glossary of rules of alarms, and of what of a case is shown by
// itself alone.
var ofAlarmRules = map[string]term{
	"AllarmeDiVisura.at":        {about: "Quando è stato aperto il caso"},
	"AllarmeDiVisura.caso":      {about: "Il caso, a chi può saperne", format: uuidFormat},
	"AllarmeDiVisura.codice":    {about: "La regola di allarme", values: regoleNames},
	"AllarmeDiVisura.gravita":   {about: "La gravità dell'allarme", values: gravitaNames},
	"AllarmeDiVisura.regola":    {about: "La regola in parole, com'era in vigore"},
	"AllarmeDiVisura.versione":  {about: "La versione della regola; 0: il Comune non ne aveva indicata una"},
	"CasoDettaglio.testo":       {about: "La motivazione dell'esito; assente se i dati sono cancellati"},
	"CasoDettaglio.visure":      {about: "Le richieste di cui si tratta, nell'ordine in cui sono state fatte"},
	"RegolaDiAllarme.al":        {about: "Quando un'altra l'ha sostituita, o è stata tolta; assente: è in vigore"},
	"RegolaDiAllarme.attiva":    {about: "Falso: non fa scattare nulla"},
	"RegolaDiAllarme.codice":    {about: "La regola di allarme", values: regoleNames},
	"RegolaDiAllarme.dal":       {about: "Da quando è in vigore; assente: il Comune non ne ha indicata una"},
	"RegolaDiAllarme.ente":      {about: "Per le richieste di questo Ente soltanto; assente: di tutti quelli che non ne hanno una propria", format: uuidFormat},
	"RegolaDiAllarme.gravita":   {about: "La gravità degli allarmi", values: gravitaNames},
	"RegolaDiAllarme.testo":     {about: "Quali richieste la fanno scattare, in parole"},
	"RegolaDiAllarme.titolo":    {about: "Di che allarme si tratta, in italiano"},
	"RegolaDiAllarme.ultima":    {about: "Numero dell'ultima versione indicata di questa regola, per `precedente`"},
	"RegolaDiAllarme.versione":  {about: "Numero della versione, contato dal primo per ogni regola; 0: il Comune non ne ha indicata una"},
	"RegoleDiAllarme.in_vigore": {about: "Una per codice: per le richieste degli Enti che non ne hanno una propria"},
	"RegoleDiAllarme.prima":     {about: "Quelle non più in vigore, dall'ultima"},
	"RegoleDiAllarme.proprie":   {about: "Quelle in vigore per un solo Ente"},
	"VisuraDettaglio.allarmi":   {about: "Le regole di allarme che la richiesta ha fatto scattare, dalla prima"},
	"VisuraDiCaso.utente":       {about: "L'utente che l'ha fatta", format: uuidFormat},
}
