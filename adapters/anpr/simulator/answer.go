package simulator

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"strings"
	"time"
)

// answer is what a request got, as it is stored and repeated.
type answer struct {
	Body    []byte // the Risposta element
	PDF     []byte // goes out as MTOM when there is one
	Outcome string // "OK" or "KO" and the codes
}

// reply is what an operation has to say, before it is written.
type reply struct {
	refusals []refusal
	warnings []refusal
	content  func(w *writer) // between testata and listaAnomalie
	pdf      []byte
}

func no(r *refusal) reply { return reply{refusals: []refusal{*r}} }

// writer for a request: the prefix varies, as ANPR's does, by its id.
func (s *Server) writer(m message, r *Rule) *writer {
	h := fnv.New32a()
	h.Write([]byte(m.id))
	w := &writer{prefix: "a", buf: make([]byte, 0, 8192)}
	if h.Sum32()%2 == 1 {
		w.prefix = "ns2"
	}
	w.zoned = (r != nil && r.Kind == ZonedDates) || h.Sum32()%8 == 2
	return w
}

// write turns a reply into the stored answer.
func (s *Server) write(m message, rep reply, anprID string, r *Rule) answer {
	w := s.writer(m, r)
	odd := r != nil && r.Kind == UnknownElement
	if len(rep.refusals) > 0 || rep.content == nil {
		return s.writeKO(w, m, rep.refusals, anprID, odd)
	}
	ok := "Risposta3002_OK"
	if m.op.code == "6001" {
		ok = "Risposta6001OK"
	}
	w.root("Risposta"+m.op.code, m.op.ns, func() {
		w.root(ok, "", func() {
			w.header(m, anprID, "0000")
			if odd {
				w.in("informazioneAggiunta", func() { w.el("novita", "ELEMENTO NON PREVISTO DALLO SCHEMA") })
			}
			rep.content(w)
			w.anomalies(m, rep.warnings)
		})
	})
	outcome := "OK"
	for _, x := range rep.warnings {
		outcome += " " + x.Code
	}
	return answer{Body: w.buf, PDF: rep.pdf, Outcome: outcome}
}

func (s *Server) writeKO(w *writer, m message, list []refusal, anprID string, odd bool) answer {
	ko := "rispostaKO"
	if m.op.code == "6001" {
		ko = "Risposta6001KO"
	}
	outcome := "KO"
	w.root("Risposta"+m.op.code, m.op.ns, func() {
		w.root(ko, "", func() {
			w.header(m, anprID, "XXXX")
			if odd {
				w.el("informazioneAggiunta", "ELEMENTO NON PREVISTO DALLO SCHEMA")
			}
			w.in("listaErrori", func() {
				for _, r := range list {
					w.in("errore", func() { w.problem(r) })
					outcome += " " + r.Code
				}
			})
		})
	})
	return answer{Body: w.buf, Outcome: outcome}
}

// anomalies writes the warnings of an OK answer.
func (w *writer) anomalies(m message, list []refusal) {
	if len(list) == 0 {
		return
	}
	item := "errore"
	if m.op.code == "6001" {
		item = "anomalie"
	}
	w.in("listaAnomalie", func() {
		for _, r := range list {
			w.in(item, func() { w.problem(r) })
		}
	})
}

// problem writes tipoErroriAnomalia's content.
func (w *writer) problem(r refusal) {
	w.el("codiceErroreAnomalia", r.Code)
	if r.Warn {
		w.el("tipoErroreAnomalia", "W")
	} else {
		w.el("tipoErroreAnomalia", "E")
	}
	text := []rune(r.Text)
	w.must("testoErroreAnomalia", string(text[:min(len(text), 240)]))
	w.el("campoErroreAnomalia", r.Field)
}

var (
	validID     = regexp.MustCompile(`^[0-9a-zA-Z]{1,30}$`)
	validSender = regexp.MustCompile(`^[0-9a-zA-Z ]{1,6}$`)
	zone        = regexp.MustCompile(`(Z|[+-]\d\d:\d\d)$`)
)

// header writes testataRisposta: sender and recipient as in the request, the
// time without its zone. What the request had wrong is replaced, so that the
// answer stays valid.
func (w *writer) header(m message, anprID, outcome string) {
	orElse := func(ok bool, s, other string) string {
		if ok {
			return s
		}
		return other
	}
	sent := zone.ReplaceAllString(m.sent, "")
	if _, err := parseDateTime(sent, rome); err != nil {
		sent = m.received.In(rome).Format("2006-01-02T15:04:05.000")
	}
	w.in("testataRisposta", func() {
		w.el("idOperazioneComune", orElse(validID.MatchString(m.id), m.id, "0"))
		w.el("codMittente", orElse(validSender.MatchString(m.sender), m.sender, m.caller.Comune))
		w.el("codDestinatario", orElse(validSender.MatchString(m.recipient), m.recipient, "ANPR05"))
		w.el("operazioneRichiesta", orElse(len(m.operation) == 4, m.operation, m.op.code))
		w.el("dataOraRichiesta", sent)
		w.el("idOperazioneANPR", anprID)
		w.el("esitoOperazione", outcome)
	})
}

// assistance is the support entry ANPR adds after some refusals.
func assistance(now time.Time, anprID string) refusal {
	return *refuse("EN527", now.In(rome).Format("2006-01-02 15:04:05"), anprID)
}

// envelope wraps a message as ANPR does: no header, no signature.
func envelope(body []byte) []byte {
	const head, tail = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body>`, `</env:Body></env:Envelope>`
	out := make([]byte, 0, len(head)+len(body)+len(tail))
	return append(append(append(out, head...), body...), tail...)
}

func fault11(reason string) []byte {
	code := "env:Client"
	if strings.Contains(reason, "from server") {
		code = "env:Server"
	}
	w := &writer{}
	w.in("env:Fault", func() {
		w.el("faultcode", code)
		w.el("faultstring", reason)
	})
	return envelope(w.buf)
}

func fault12(reason string) []byte {
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"><env:Body><env:Fault><env:Code><env:Value>env:Receiver</env:Value></env:Code><env:Reason><env:Text xml:lang="en">%s</env:Text></env:Reason></env:Fault></env:Body></env:Envelope>`, escape(nil, reason))
}
