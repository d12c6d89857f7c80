package domain

// Motivo is a ground on which an officer may refuse a request. It is no reason
// why a document cannot be made: those are found by rules (NotIssuableText).
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
func MotivoText(code string) (text string, ok bool) {
	for _, r := range Motivi() {
		if r.Code == code {
			return r.Text, true
		}
	}
	return "", false
}
