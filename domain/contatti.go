package domain

// Contatti are whom to turn to at one of the parties of an act. They are offices
// and functions, not persons' private data.
type Contatti struct {
	Referente  string `json:"referente,omitempty" maxLength:"200" doc:"Referente dell'atto"`
	PEC        string `json:"pec,omitempty" maxLength:"200"`
	DPO        string `json:"dpo,omitempty" maxLength:"200" doc:"Responsabile della protezione dei dati"`
	Assistenza string `json:"assistenza,omitempty" maxLength:"200" doc:"A chi si rivolge l'utente: ogni rifiuto lo indica"`
	Email      string `json:"email,omitempty" maxLength:"200" doc:"Indirizzo per gli avvisi di scadenza"`
}
