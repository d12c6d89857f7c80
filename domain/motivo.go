package domain

// Motivo is a ground on which an officer may refuse a request or revoke a document. It is
// no reason why a document cannot be made: those are found by rules (NotIssuableText).
type Motivo struct {
	Code string `json:"code"`
	Text string `json:"testo"` // Italian, as the requester reads it
}

// MotivoAltro is the ground that needs the officer's own words.
const MotivoAltro = "altro"

// Motivi returns the grounds on which an officer may refuse a request,
// in the order they are offered. A code is stored in
// events and never changes.
func Motivi() []Motivo {
	return []Motivo{
		{"finalita_non_pertinente", "La finalità dichiarata non giustifica la consultazione richiesta"},
		{"pratica_non_riscontrata", "Il numero di pratica non è riscontrabile"},
		{"tipo_eccedente", "Il tipo di visura richiesto eccede quanto necessario alla finalità"},
		{"soggetto_non_pertinente", "Il soggetto non risulta collegato alla pratica indicata"},
		{"dati_insufficienti", "Le indicazioni fornite non bastano a valutare la richiesta"},
		{"fuori_convenzione", "La richiesta non rientra nella convenzione"},
		{MotivoAltro, "Altro motivo, indicato nel testo"},
	}
}

// MotivoText says a ground of refusal in Italian; ok is false when there is no
// such ground.
func MotivoText(code string) (text string, ok bool) { return groundText(Motivi(), code) }

// MotiviRevoca returns the grounds on which an officer may revoke a document, in the
// order they are offered. A code is stored in events and never changes.
func MotiviRevoca() []Motivo {
	return []Motivo{
		{"dati_rettificati", "I dati dell'anagrafe sono stati rettificati dopo l'emissione"},
		{"dati_errati", "Il documento riporta dati che non corrispondono a quelli dell'anagrafe"},
		{"altra_persona", "Il documento riguarda una persona diversa da quella della pratica"},
		{"senza_titolo", "La visura non poteva essere chiesta o emessa"},
		{"documento_difettoso", "Il documento è incompleto o non si legge"},
		{MotivoAltro, "Altro motivo, indicato nel testo"},
	}
}

// MotivoRevocaText says a ground of revocation in Italian; ok is false when there is no
// such ground.
func MotivoRevocaText(code string) (text string, ok bool) { return groundText(MotiviRevoca(), code) }

func groundText(grounds []Motivo, code string) (text string, ok bool) {
	for _, m := range grounds {
		if m.Code == code {
			return m.Text, true
		}
	}
	return "", false
}
