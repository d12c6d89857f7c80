package simulator

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/beevik/etree"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/wssecurity"
)

// operation is one of the two services.
type operation struct {
	code, path, ns string
	shape          shape
}

var operations = []operation{
	{"3002", "/ANPR3000ServiziConsultazione/AnprService3000", "http://sogei.it/ANPR/3000consultazione", consultation},
	{"6001", "/ANPR6001ServizioCertificazione/AnprService6001", "http://sogei.it/ANPR/6001certificazione", certification},
}

// message is a request whose security header has been accepted.
type message struct {
	op       operation
	caller   wssecurity.Caller
	root     *etree.Element
	received time.Time
	today    time.Time // the calendar day in Italy
	testata
}

// testata is the header of a request, as written.
type testata struct {
	id, sender, recipient, operation, sent, kind string
	protocol, protocolDate, mode, from           string
}

// parseEnvelope reads a document of one element, without entities.
func parseEnvelope(data []byte) (*etree.Element, error) {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(data); err != nil {
		return nil, errors.New("not well formed")
	}
	for _, t := range doc.Child {
		if _, ok := t.(*etree.Directive); ok {
			return nil, errors.New("document type declaration")
		}
	}
	if n := len(doc.ChildElements()); n != 1 {
		return nil, fmt.Errorf("%d documents", n)
	}
	return doc.Root(), nil
}

// open takes the message out of the Body.
func (op operation) open(envelope *etree.Element, caller wssecurity.Caller, now time.Time) message {
	m := message{op: op, caller: caller, received: now}
	y, mo, d := now.In(rome).Date()
	m.today = time.Date(y, mo, d, 0, 0, 0, 0, time.UTC)
	for _, el := range envelope.ChildElements() {
		if el.Tag == "Body" && len(el.ChildElements()) > 0 {
			m.root = el.ChildElements()[0]
		}
	}
	h := kid(m.root, "testataRichiesta")
	m.testata = testata{id: value(h, "idOperazioneComune"), sender: value(h, "codMittente"), recipient: value(h, "codDestinatario"),
		operation: value(h, "operazioneRichiesta"), sent: value(h, "dataOraRichiesta"), kind: value(h, "tipoOperazione"),
		protocol: value(h, "protocolloComune"), protocolDate: value(h, "dataProtocolloComune"), mode: value(h, "tipoInvio"), from: value(h, "dataDecorrenza")}
	return m
}

// checkHeader is what ANPR refuses before it looks for anyone: none of it is
// stored under the request's id.
func (s *Server) checkHeader(m message) *refusal {
	if m.root == nil || m.root.Tag != m.op.shape.name || m.root.NamespaceURI() != m.op.ns {
		return &refusal{Code: "XXXX", Text: "Operazione richiesta inesistente"}
	}
	if where := conform(m.root, m.op.shape); where != "" {
		return refuse("EN489").on(where)
	}
	switch {
	case m.recipient != "ANPR05":
		return &refusal{Code: "XXXX", Text: "CodDestinatario diverso da ANPR05"}
	case m.operation != m.op.code:
		return &refusal{Code: "XXXX", Text: "Operazione richiesta inesistente"}
	case m.sender != m.caller.Comune:
		return &refusal{Code: "XXXX"} // ANPR gives no text
	case m.mode != s.cfg.Environment:
		return &refusal{Code: "XXXX", Text: "TipoInvio non ammesso per l'ambiente"}
	case m.kind == "V" || m.kind == "R":
		return refuse("SP000").on("tipoOperazione")
	case m.kind != "C":
		return refuse("EHR26", m.kind).on("tipoOperazione")
	}
	sent, err := parseDateTime(m.sent, rome)
	if off := sent.Sub(m.received); err != nil || off > s.cfg.ClockTolerance || off < -s.cfg.ClockTolerance {
		return refuse("EHR09", m.sent, m.received.In(rome).Format("2006-01-02T15:04:05")).on("dataOraRichiesta")
	}
	if d, err := parseDate(m.protocolDate); err == nil && d.After(m.today) {
		return refuse("EHR19", m.protocolDate).on("dataProtocolloComune")
	}
	if d, err := parseDate(m.from); err == nil && d.After(m.today) {
		return refuse("EHR18", m.from).on("dataDecorrenza")
	}
	return nil
}

// subjectCode is the codice fiscale a request asks about, "" when it asks by
// other means.
func (s *Server) subjectCode(m message) string {
	if m.op.code == "6001" {
		return strings.ToUpper(value(kid(kid(kid(m.root, "soggettoIntestatario"), "generalita"), "codiceFiscale"), "codFiscale"))
	}
	c := kid(m.root, "criteriRicerca")
	if cf := value(c, "codiceFiscale"); cf != "" {
		return strings.ToUpper(cf)
	}
	if list := s.people.ByIDANPR(value(c, "idANPR")); len(list) > 0 {
		return list[0].CodiceFiscale
	}
	if p := s.people.ByCard(value(c, "idSchedaSoggettoANPR")); p != nil {
		return p.CodiceFiscale
	}
	return ""
}

// kid is the first child of a name, nil if el is nil or has none.
func kid(el *etree.Element, name string) *etree.Element {
	if el == nil {
		return nil
	}
	return el.SelectElement(name)
}

func value(el *etree.Element, name string) string {
	if k := kid(el, name); k != nil {
		return strings.TrimSpace(k.Text())
	}
	return ""
}
