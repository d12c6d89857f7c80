package domain

// RejectReason is a ground on which an officer may refuse a request.
type Motivo struct {
	Code string `json:"code"`
	Text string `json:"testo"` // Italian, as the requester reads it
}

// RejectOther is the ground that says nothing by itself: the officer's own
// words must.
const MotivoAltro = "altro"

// RejectReasons returns the grounds on which an officer may refuse a request,
// in the order they are offered. Codes are stored for ever.
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

// RejectText says a ground of refusal in Italian; ok is false when there is no
// such ground.
func MotivoText(code string) (text string, ok bool) {
	for _, r := range Motivi() {
		if r.Code == code {
			return r.Text, true
		}
	}
	return "", false
}
