package simulator_test

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// certificate is a 6001 request under construction.
type certificate struct {
	holder                   *people.Person
	types                    []int
	from, requester, kind    string
	surname, lingua, control string
	asking                   *people.Person // named as who asks; a public body when nil
	noCode, noDocument       bool
}

func (c certificate) String() string {
	def := func(s, other string) string {
		if s == "" {
			return other
		}
		return s
	}
	types, from, code := "", "", ""
	for _, n := range c.types {
		types += fmt.Sprintf("<tipoCertificato>%d</tipoCertificato>", n)
	}
	if c.from != "" {
		from = "<dataDecorrenza>" + c.from + "</dataDecorrenza>"
	}
	p := c.holder
	if !c.noCode {
		code = "<codiceFiscale><codFiscale>" + p.CodiceFiscale + "</codFiscale></codiceFiscale>"
	}
	name := func(tag, none, s string) string {
		if s == "" {
			return "<" + none + ">1</" + none + ">"
		}
		return "<" + tag + ">" + s + "</" + tag + ">"
	}
	q := question{}.String()
	header := q[strings.Index(q, "<testataRichiesta>"):strings.Index(q, "<criteriRicerca>")]
	header = strings.Replace(header, ">3002<", ">6001<", 1)
	header = strings.Replace(header, "</tipoInvio>", "</tipoInvio>"+from, 1)
	who := "<cognome>COMUNE DI BAGNACAVALLO</cognome><senzaNome>1</senzaNome>"
	if q := c.asking; q != nil {
		who = "<codiceFiscale><codFiscale>" + q.CodiceFiscale + "</codFiscale></codiceFiscale>" + name("cognome", "senzaCognome", q.Surname) + name("nome", "senzaNome", q.Name)
	}
	document := "<docRiconoscimento><estDocRiconoscimento>RICHIESTA 2026-1</estDocRiconoscimento><dataRilascio>2026-01-07</dataRilascio></docRiconoscimento>"
	if c.noDocument {
		document = ""
	}
	asking := "<generalitaRichiedente><generalita>" + who + "</generalita>" + document + "</generalitaRichiedente>"
	if c.requester != "" && c.asking == nil {
		asking = ""
	}
	return `<ns:Richiesta6001 xmlns:ns="http://sogei.it/ANPR/6001certificazione">` + header + c.lingua + `<listaTipiCertificati>` + types + `</listaTipiCertificati>` + asking + `<soggettoIntestatario><generalita>` +
		code + name("cognome", "senzaCognome", def(c.surname, p.Surname)) + name("nome", "senzaNome", p.Name) + `</generalita></soggettoIntestatario><datiControllo><cognomeUffAnagrafe>OPERATORE</cognomeUffAnagrafe><nomeUffAnagrafe>GIULIA</nomeUffAnagrafe><tipoRichiedente>` +
		def(c.requester, "3") + `</tipoRichiedente><tipoRichiesta>` + def(c.kind, "2") + `</tipoRichiesta><paEstera>0</paEstera><emissione>1</emissione><bollo>0</bollo><diritti>0</diritti>` + c.control + `</datiControllo></ns:Richiesta6001>`
}

func TestCertificateData(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	who := func(f ...people.Feature) *people.Person { return someone(t, bagnacavallo, f...) }
	plain := population().ByCodiceFiscale(luca)[0]
	dead := who(people.FitsMorte)
	today := time.Now().Format(time.DateOnly)
	for name, c := range map[string]struct {
		ask  certificate
		want string
	}{
		"residences":                         {certificate{holder: plain, types: []int{9}, from: today}, "OK"},
		"residences without a date":          {certificate{holder: plain, types: []int{9}}, "OK"},
		"residence at a date without one":    {certificate{holder: plain, types: []int{20}}, "KO EN081"},
		"residence at a date":                {certificate{holder: plain, types: []int{20}, from: "2020-01-01"}, "OK"},
		"residences before the subentro":     {certificate{holder: plain, types: []int{9}, from: "2016-01-01"}, "KO EN412"},
		"residences before enrolment":        {certificate{holder: population().ByCodiceFiscale("VRDLCU78C14L219S")[0], types: []int{9}, from: "2018-01-01"}, "KO EN419"},
		"residences after death":             {certificate{holder: dead, types: []int{9}, from: today}, "KO EN328"},
		"residences up to death":             {certificate{holder: dead, types: []int{9}, from: dead.Death.Date.Format(time.DateOnly)}, "OK"},
		"citizenships":                       {certificate{holder: who(people.AcquiredCitizenship, people.Clean), types: []int{6}, from: today}, "OK"},
		"citizenships of a foreigner":        {certificate{holder: who(people.Foreigner, people.Clean), types: []int{6}, from: today}, "KO EN110"},
		"citizenships of an Italian abroad":  {certificate{holder: population().ByCodiceFiscale(sara)[0], types: []int{6}, from: today}, "KO EN417"},
		"citizenship, unknown":               {certificate{holder: noCitizenship(t), types: []int{5}}, "KO EN407"},
		"a date where none is due":           {certificate{holder: plain, types: []int{8}, from: today}, "KO EN449"},
		"two types":                          {certificate{holder: plain, types: []int{8, 11}}, "KO EN066"},
		"an unknown type":                    {certificate{holder: plain, types: []int{44}}, "KO EC070"},
		"another surname":                    {certificate{holder: plain, types: []int{8}, surname: "ROSSI"}, "KO EN069"},
		"no identifier":                      {certificate{holder: plain, types: []int{8}, noCode: true}, "KO ES004"},
		"nobody":                             {certificate{holder: &people.Person{CodiceFiscale: "ZZZZZZ78C14A547X", Surname: "A", Name: "B"}, types: []int{8}}, "KO EN130"},
		"requested by someone unnamed":       {certificate{holder: plain, types: []int{8}, requester: "1"}, "KO ES115"},
		"requested by nobody":                {certificate{holder: plain, types: []int{8}, requester: "7"}, "KO ES114"},
		"requested by the holder":            {certificate{holder: plain, types: []int{8}, requester: "2"}, "OK"},
		"requested by the dead holder":       {certificate{holder: dead, types: []int{9}, from: dead.Death.Date.Format(time.DateOnly), requester: "2"}, "KO EN170"},
		"requested by somebody dead":         {certificate{holder: plain, types: []int{8}, requester: "1", asking: dead}, "KO EN170"},
		"requested by somebody alive":        {certificate{holder: plain, types: []int{8}, requester: "1", asking: who(people.FitsResidenza)}, "OK"},
		"requested by a body in a dead name": {certificate{holder: plain, types: []int{8}, asking: dead}, "KO EN170"},
		"requested without a reference":      {certificate{holder: plain, types: []int{8}, noDocument: true}, "KO EN391"},
		"a strange kind":                     {certificate{holder: plain, types: []int{8}, kind: "5"}, "KO EN371"},
		"in a strange language":              {certificate{holder: plain, types: []int{8}, lingua: "<linguaCertificato><tipoLinguaCertificato>EN</tipoLinguaCertificato></linguaCertificato>"}, "KO EC069"},
		"birth":                              {certificate{holder: plain, types: []int{1}}, "OK"},
		"birth abroad":                       {certificate{holder: who(people.BornAbroad, people.Clean), types: []int{1}}, "KO EN410"},
		"death":                              {certificate{holder: dead, types: []int{2}}, "OK"},
		"death of the living":                {certificate{holder: plain, types: []int{2}}, "KO EN061"},
		"life of the dead":                   {certificate{holder: dead, types: []int{7}}, "KO EN228"},
		"life of the untraceable":            {certificate{holder: population().Select(bagnacavallo, people.Irreperibile, people.AIRE|people.DuplicateCard)[0], types: []int{7}}, "KO EN229"},
		"marriage":                           {certificate{holder: plain, types: []int{3}}, "OK"},
		"marriage of a civil union":          {certificate{holder: who(people.CivilUnion, people.Clean), types: []int{3}}, "KO EN162"},
		"marriage without facts":             {certificate{holder: who(people.MissingBondData, people.Married), types: []int{3}}, "KO EN162"},
		"free status":                        {certificate{holder: who(people.Widowed, people.Clean), types: []int{17}}, "OK"},
		"free status of the married":         {certificate{holder: plain, types: []int{17}}, "KO EN060"},
		"marital status":                     {certificate{holder: who(people.Divorced, people.Clean), types: []int{11}}, "OK"},
		"marital status unknown":             {certificate{holder: who(people.StatusUnknown), types: []int{11}}, "KO EN138"},
		"family":                             {certificate{holder: plain, types: []int{12}}, "OK"},
		"family with kinship":                {certificate{holder: plain, types: []int{16}}, "OK"},
		"family with kinship of one":         {certificate{holder: who(people.LivesAlone, people.FitsStatoFamiglia), types: []int{16}}, "KO EN059"},
		"family incomplete":                  {certificate{holder: who(people.FamilyIncomplete), types: []int{12}}, "KO EN221"},
		"family being registered":            {certificate{holder: who(people.FamilyRegistering), types: []int{12}}, "KO EN214"},
		"family flagged":                     {certificate{holder: population().Odd(people.KinshipFlagged), types: []int{12}}, "KO EN212"},
		"family flagged, with kinship":       {certificate{holder: population().Odd(people.KinshipFlagged), types: []int{16}}, "KO EN222"},
		"family in a convivenza":             {certificate{holder: who(people.InConvivenza), types: []int{12}}, "KO EN055"},
		"convivenza":                         {certificate{holder: who(people.InConvivenza), types: []int{14}}, "OK"},
		"AIRE family":                        {certificate{holder: population().ByCodiceFiscale(sara)[0], types: []int{15}}, "OK"},
		"AIRE family of a resident":          {certificate{holder: plain, types: []int{15}}, "KO EN164"},
		"residence of an Italian abroad":     {certificate{holder: population().ByCodiceFiscale(sara)[0], types: []int{8}}, "KO EN044"},
		"AIRE residence":                     {certificate{holder: population().ByCodiceFiscale(sara)[0], types: []int{10}}, "OK"},
		"civil union":                        {certificate{holder: plain, types: []int{18}}, "KO EN353"},
		"cohabitation contract":              {certificate{holder: who(people.Cohabiting, people.Clean), types: []int{19}}, "OK"},
		"cancellation":                       {certificate{holder: plain, types: []int{4}}, "KO EN163"},
		"not certifiable":                    {certificate{holder: who(people.NotCertifiable), types: []int{8}}, "KO EN049"},
		"partly certifiable, residence":      {certificate{holder: who(people.PartiallyCertifiable), types: []int{8}}, "OK"},
		"partly certifiable, family":         {certificate{holder: population().Odd(people.PartlyCertifiableHead), types: []int{12}}, "OK"},
		"partly certifiable, kinship":        {certificate{holder: population().Odd(people.PartlyCertifiableHead), types: []int{16}}, "KO EN046"},
		"partly certifiable, birth":          {certificate{holder: who(people.PartiallyCertifiable), types: []int{1}}, "KO EN046"},
		"partly certifiable, birth, forced":  {certificate{holder: who(people.PartiallyCertifiable), types: []int{1}, control: "<forzaCertificazione>1</forzaCertificazione>"}, "OK EN046"},
		"procedure open, marital status":     {certificate{holder: who(people.OpenProcedure), types: []int{11}}, "KO EN181"},
		"registered twice":                   {certificate{holder: who(people.DoubleRegistration), types: []int{8}}, "KO EN469"},
		"enrolled again":                     {certificate{holder: who(people.DuplicateCard), types: []int{8}}, "OK"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := r.ask(s, "6001", c.ask.String())
			if got := a.outcome(); got != c.want {
				t.Errorf("%s, want %s\n%s", got, c.want, a.body)
			}
		})
	}
}

func noCitizenship(t *testing.T) *people.Person {
	for _, p := range population().Find(people.CitizenshipUnknown, people.Clean) {
		if len(p.Citizenships) == 0 {
			return p
		}
	}
	t.Fatal("everyone has a citizenship")
	return nil
}

func TestHistoriesListWhatANPRKnowsNewestFirst(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	p := someone(t, bagnacavallo, people.AcquiredCitizenship, people.Clean)
	a := r.ask(s, "6001", certificate{holder: p, types: []int{6}}.String())
	if got := a.texts("//datiCertificato/cittadinanza/codiceStato"); len(got) != len(p.Citizenships) || got[0] != "100" {
		t.Errorf("citizenships %v of %d", got, len(p.Citizenships))
	}
}

func TestACertificateComesAsMTOM(t *testing.T) {
	t.Parallel()
	r := start(t)
	env, err := r.signer(bagnacavallo).Envelope(certificate{holder: population().ByCodiceFiscale(luca)[0], types: []int{8}, kind: "1"}.String())
	if err != nil {
		t.Fatal(err)
	}
	_, ct, body, err := r.post("6001", env)
	if err != nil {
		t.Fatal(err)
	}
	root, pdf := parts(t, ct, body)
	if href := parse(t, 200, ct, root).root.FindElement("//certificatoPdf/Include").SelectAttrValue("href", ""); href != "cid:pdf-1@anpr.simulato" {
		t.Errorf("href %q", href)
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-1.4")) {
		t.Errorf("second part %q", pdf[:min(len(pdf), 20)])
	}
}

// parts splits a multipart answer into its envelope and what follows.
func parts(t *testing.T, ct string, body []byte) (root, second []byte) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(ct)
	if err != nil || kind != "multipart/related" {
		t.Fatalf("content type %q: %v", ct, err)
	}
	mr := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for i := 0; ; i++ {
		p, err := mr.NextRawPart()
		if err == io.EOF {
			return root, second
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			root = data
		} else {
			second = data
		}
	}
}
