package api

import (
	"net/http"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// convenzione names the act of a pair in an address.
var convenzione = named(convenzioni, "/api/v1/convenzioni/", domain.ParseConvenzioneID)

// someDraft is an example.
var someDraft = commands.DraftConvenzione{
	Ente: someEnte, Comune: somewhere, Estremi: "Convenzione rep. n. 12 del 10/01/2026", Data: date(2026, 1, 10), Firmatari: []string{"Il Sindaco", "Il Direttore generale"}, Dal: date(2026, 2, 1), Al: date(2028, 1, 31),
	Finalita: []domain.Finalita{{Codice: "ISEE", Descrizione: "Prestazioni agevolate", BaseGiuridica: "art. 71 D.P.R. 445/2000", Conservazione: 24, Valutazione: "Analisi n. 3/2026"}},
	Massimo:  domain.Massimo{Tipi: []domain.Tipo{domain.Residenza}},
	Contatti: domain.Contatti{Referente: "Ufficio prestazioni", PEC: "protocollo@pec.asp.example", DPO: "dpo@asp.example", Assistenza: "Ufficio prestazioni, tel. 0544 000000"},
}

// convenzioni routes what is done with acts.
func (a *API) convenzioni() {
	entering(a, convenzione, "draft-convenzione", someDraft,
		"Scrive la bozza di un atto", "L'identificativo segue dall'Ente e dal Comune. La bozza vale quando è attivata: di un atto in vigore è la modifica o il rinnovo.",
		func(c commands.DraftConvenzione) (string, error) {
			return string(domain.ConvenzioneIDOf(domain.Pair{Ente: c.Ente, Comune: c.Comune})), nil
		}, stepUp)
	command(a, convenzione, "amend-convenzione", http.MethodPut, "", someDraft,
		"Riscrive la bozza di un atto", "Come la prima volta, dove si conosce l'identificativo.", stepUp)
	confirmed(a, convenzione, "activate-convenzione", http.MethodPost, "/activation", commands.ActivateConvenzione{},
		"Attiva la bozza", "Vale dal suo primo giorno. Vuole estremi, data e firmatari, ogni finalità con base giuridica, conservazione e analisi del rischio, e i recapiti dell'Ente e del Comune.", a.ofActivation, stepUp)
	command(a, convenzione, "suspend-convenzione", http.MethodPost, "/suspension", commands.SuspendConvenzione{Motivo: "Verifica in corso"},
		"Sospende l'atto", "Nessuna richiesta è ammessa finché non riprende.")
	command(a, convenzione, "resume-convenzione", http.MethodPost, "/resumption", commands.ResumeConvenzione{},
		"Fa riprendere l'atto sospeso", "Vale dalla richiesta successiva.", stepUp)
	command(a, convenzione, "end-convenzione", http.MethodPost, "/end", commands.EndConvenzione{Motivo: "Recesso dell'Ente"},
		"Fa cessare l'atto prima del termine", "Se ne può poi scrivere e attivare un altro.", stepUp)
	command(a, convenzione, "readmit-purpose", http.MethodPost, "/readmissions", commands.ReadmitPurpose{Finalita: "ISEE", Motivo: "Il servizio prosegue"},
		"Riammette una finalità inibita", "Una finalità non confermata alla ricertificazione non si può indicare: riammessa, vale dalla richiesta successiva.", stepUp)
	command(a, convenzione, "grant-massive", http.MethodPost, "/massive", commands.GrantMassive{Atto: 1, Tetto: 500, BaseGiuridica: "art. 50 D.Lgs. 82/2005"},
		"Ammette le richieste massive per un atto", "Di un atto attivato, mai dei suoi rinnovi: fino a quante righe e per quale base giuridica. Ripetuta con altre parole, le cambia.", stepUp)
	command(a, convenzione, "end-massive", http.MethodPost, "/massive-end", commands.EndMassive{Atto: 1, Motivo: "La campagna è conclusa"},
		"Non ammette più le richieste massive per un atto", "Quelle in corso si fermano alla riga successiva.")
	handle(a, attachAnnex, a.attach)
	handle(a, downloadAnnex, a.annex)
	a.readsConvenzioni()
}
