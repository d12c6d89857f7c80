package simulator

import (
	"strings"
	"time"

	"github.com/beevik/etree"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// certify answers operation 6001: data of one certificate (tipoRichiesta 2) or
// the certificates themselves (1).
func (s *Server) certify(m message) reply {
	control := kid(m.root, "datiControllo")
	types, bad := certificateTypes(m, control)
	if bad != nil {
		return no(bad)
	}
	day := m.today
	if m.from != "" {
		day, _ = parseDate(m.from)
	}
	p, bad := s.holder(m)
	if bad != nil {
		return no(bad)
	}
	if s.requesterDead(m, p) {
		return no(refuse("EN170"))
	}
	var rep reply
	for _, t := range types {
		bad := t.refuses(m, p, day)
		switch {
		case bad == nil:
		case value(control, "forzaCertificazione") == "1" && soft[bad.Code]:
			bad.Warn = true
			rep.warnings = append(rep.warnings, *bad)
		default:
			return no(bad)
		}
	}
	rep.content = func(w *writer) { w.certificate(m, p, types, day, control) }
	if value(control, "tipoRichiesta") == "1" {
		rep.pdf = placeholderPDF
	}
	return rep
}

// soft are the obstacles that forzaCertificazione turns into warnings.
var soft = map[string]bool{"EN046": true, "EN110": true, "EN181": true}

// certificateTypes reads what is asked and checks the flags around it.
func certificateTypes(m message, control *etree.Element) ([]certificateType, *refusal) {
	for _, el := range kidsOf(m.root, "linguaCertificato", "tipoLinguaCertificato") {
		if !strings.Contains(" IT DE FR SL ", " "+strings.ToUpper(el.Text())+" ") {
			return nil, refuse("EC069", el.Text()).on("tipoLinguaCertificato")
		}
	}
	var types []certificateType
	for _, el := range kidsOf(m.root, "listaTipiCertificati", "tipoCertificato") {
		t, ok := certificates[strings.TrimLeft(strings.TrimSpace(el.Text()), "0")]
		if !ok {
			return nil, refuse("EC070", el.Text()).on("tipoCertificato")
		}
		types = append(types, t)
	}
	switch value(control, "tipoRichiesta") {
	case "1":
	case "2":
		if len(types) > 1 {
			return nil, refuse("EN066")
		}
	default:
		return nil, refuse("EN371", value(control, "tipoRichiesta"), "tipoRichiesta").on("tipoRichiesta")
	}
	switch value(control, "tipoRichiedente") {
	case "1":
		if kid(m.root, "generalitaRichiedente") == nil {
			return nil, refuse("ES115").on("generalitaRichiedente")
		}
	case "3": // a public body says which request of its it is
		if kid(kid(m.root, "generalitaRichiedente"), "docRiconoscimento") == nil {
			return nil, refuse("EN391").on("docRiconoscimento")
		}
	case "2":
	default:
		return nil, refuse("ES114", value(control, "tipoRichiedente")).on("tipoRichiedente")
	}
	for _, t := range types {
		switch {
		case m.from != "" && !t.historic:
			return nil, refuse("EN449").on("dataDecorrenza")
		case m.from == "" && t.code == "20":
			return nil, refuse("EN081", "dataDecorrenza").on("dataDecorrenza")
		}
	}
	return types, nil
}

func kidsOf(root *etree.Element, parent, name string) []*etree.Element {
	if p := kid(root, parent); p != nil {
		return p.SelectElements(name)
	}
	return nil
}

// holder finds the subject of a certificate: by an identifier and a name, which
// must agree with the card.
func (s *Server) holder(m message) (*people.Person, *refusal) {
	g := kid(kid(m.root, "soggettoIntestatario"), "generalita")
	id := identity{
		codiceFiscale: strings.ToUpper(value(kid(g, "codiceFiscale"), "codFiscale")),
		surname:       value(g, "cognome"), name: value(g, "nome"), surnameGiven: true, nameGiven: true,
		sex: strings.ToUpper(value(g, "sesso")), card: value(g, "idSchedaSoggettoANPR"),
		localIstat: value(kid(g, "idSchedaSoggettoComune"), "idSchedaSoggettoComuneIstat"),
		localCard:  value(kid(g, "idSchedaSoggettoComune"), "idSchedaSoggetto"),
	}
	if d := value(g, "dataNascita"); d != "" {
		id.born, _ = parseDate(d)
		id.hasBirth = true
		id.noDay, id.noDayMonth = value(g, "senzaGiorno") == "1", value(g, "senzaGiornoMese") == "1"
	}
	place := kid(g, "luogoNascita")
	id.birthplace = value(kid(place, "comune"), "codiceIstat") + value(kid(place, "localita"), "codiceStato")
	if id.codiceFiscale == "" && id.card == "" && id.localCard == "" {
		return nil, refuse("ES004")
	}
	found, bad := s.candidates(id)
	if bad != nil {
		return nil, bad
	}
	if len(found) > 1 { // a cancelled card gives way to the active one
		active := found[:0:0]
		for _, p := range found {
			if p.Removed == nil {
				active = append(active, p)
			}
		}
		if len(active) > 0 {
			found = active
		}
	}
	switch {
	case len(found) == 0:
		return nil, refuse("EN130")
	case found[0].Twice != nil:
		return nil, s.forbidden(m, found[0])
	case len(found) > 1:
		return nil, refuse("EN067")
	}
	return found[0], id.differs(found[0])
}

// requesterDead says whether who asks has died: the holder, where the request says
// that they ask themselves, or who is named by a codice fiscale.
func (s *Server) requesterDead(m message, holder *people.Person) bool {
	if value(kid(m.root, "datiControllo"), "tipoRichiedente") == "2" {
		return holder.DeadAt(m.today)
	}
	named := kid(kid(m.root, "generalitaRichiedente"), "generalita")
	for _, p := range s.people.ByCodiceFiscale(value(kid(named, "codiceFiscale"), "codFiscale")) {
		if p.DeadAt(m.today) {
			return true
		}
	}
	return false
}

// certificateType is a row of table 13 with the rules that stop it.
type certificateType struct {
	code     string
	historic bool // takes a reference date
	aire     bool // only for Italians abroad
	family   bool // needs a family complete and registered
	gone     bool // also for the dead and the cancelled
	partial  bool // also when only partly certifiable, or with a procedure open
	single   func(p *people.Person, day time.Time) *refusal
	write    func(w *writer, p *people.Person, day time.Time)
}

// refuses is why the certificate cannot be made for a person on a day.
func (t certificateType) refuses(m message, p *people.Person, day time.Time) *refusal {
	abroad := p.Abroad != nil
	switch {
	case p.Family != nil && p.Family.State == people.Registering:
		return refuse("EN214")
	case p.Certifiable != 1 && p.Certifiable != 2:
		return refuse("EN049", "NON CERTIFICABILE")
	case p.Certifiable == 1 && !t.partial:
		return refuse("EN046")
	case p.Procedure != nil && !t.partial:
		return refuse("EN181")
	case abroad && t.historic:
		return refuse("EN417", "TIPO "+t.code, day.Format("02/01/2006"))
	case abroad && !t.aire && t.code != "1":
		return refuse("EN044")
	case !abroad && t.aire:
		return refuse("EN164")
	}
	if t.historic {
		if bad := historicDate(p, day); bad != nil {
			return bad
		}
	} else if !t.gone && p.Removed != nil {
		if p.DeadAt(m.today) {
			return refuse("EN228")
		}
		return refuse("EN229")
	}
	if t.family {
		if bad := familyCertificate(t, p, day); bad != nil {
			return bad
		}
	}
	if t.single != nil {
		return t.single(p, day)
	}
	return nil
}

// historicDate checks the reference date of types 6, 9 and 20.
func historicDate(p *people.Person, day time.Time) *refusal {
	switch {
	case day.Before(p.Home.Subentro):
		return refuse("EN412").on("dataDecorrenza")
	case day.Before(p.Enrolled.Date):
		return refuse("EN419").on("dataDecorrenza")
	case p.Removed != nil && day.After(p.Removed.Date):
		return refuse("EN328").on("dataDecorrenza")
	}
	return nil
}

func familyCertificate(t certificateType, p *people.Person, day time.Time) *refusal {
	f := p.FamilyAt(day)
	switch {
	case f == nil:
		return refuse("EN137")
	case f.Card == 4:
		return refuse("EN055")
	case t.aire && f.Card != 5:
		return refuse("EN057")
	case f.State == people.Incomplete:
		return refuse("EN221")
	case t.code == "16" && len(f.MembersAt(day)) == 1:
		return refuse("EN059")
	}
	for _, q := range f.MembersAt(day) {
		if q.Oddity == people.KinshipFlagged && !t.aire {
			if t.code == "16" {
				return refuse("EN222")
			}
			return refuse("EN212")
		}
		if t.code == "16" && (q.Link == 14 || q.Link == 15 || q.Link == 19 || q.Link == 80) {
			return refuse("EN045")
		}
	}
	return nil
}
