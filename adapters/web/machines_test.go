package web_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"software asks for a person, no further than both may":   softwareAsks,
		"software counts only from its network and certificate":  softwareIsBound,
		"who gives software its token does not say what it may":  softwareOfTwo,
		"a workstation is proven by the secret its device took":  workstationSecret,
		"a workstation that does not count is entered":           shownInVain,
		"a visura says under which act and from where it was":    askedFromAWorkstation,
		"a workstation is proven by a certificate shown to us":   certificateShown,
		"a certificate is free once its workstation is revoked":  certificateSetFree,
		"a certificate is believed of a proxy we trust and none": certificateOfAProxy,
	})
}

// callsFrom are the networks of those who call in tests: of the matrix, of visitors and of
// browsers.
var callsFrom = []netip.Prefix{netip.MustParsePrefix("198.18.0.0/16"), netip.MustParsePrefix("10.77.0.0/16"), netip.MustParsePrefix("10.88.0.0/16")}

// software enters software of the world's Ente and gives it a token, as TOP.
func (w *world) software(top *visitor, change func(*commands.RegisterApplicativo), scopes ...domain.Scope) (domain.ApplicativoID, string) {
	w.t.Helper()
	id := domain.ApplicativoID(uuid.NewString())
	cmd := commands.RegisterApplicativo{
		Ente: w.ente, Comuni: []domain.CodiceISTAT{w.comune}, Nome: "Gestionale", Owner: w.people["admin"].Utente, Scopes: scopes, Reti: callsFrom,
	}
	if change != nil {
		change(&cmd)
	}
	enter(w, id.Stream(), cmd)
	var given api.TokenGiven
	top.post("/api/v1/applicativi/"+string(id)+"/tokens", object{"scade": time.Now().Add(time.Hour)}, &given)
	return id, given.Token
}

func softwareAsks(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	top := w.elevated("top")
	operator := w.people["operator"].Utente
	app, token := w.software(top, nil, domain.ScopeRequest)
	v := w.visitor()
	v.token = token
	who := []string{"Visura-Utente", string(operator)}
	id := uuid.NewString()
	v.want(http.StatusAccepted, http.MethodPut, visura(id), w.ask(domain.Comunale), nil, who...)
	var by domain.Actor
	if _, err := o.store.Load(t.Context(), string(domain.VisuraID(id).Stream()), commands.NoStream, func(r domain.Recorded) {
		if r.Revision == 0 {
			by = r.Meta.By
		}
	}); err != nil {
		t.Fatal(err)
	}
	if by.Utente != operator || by.Via != app || by.Session == "" || by.Role != domain.RoleStandard {
		t.Errorf("who asked is %+v", by)
	}
	v.refused("forbidden", http.MethodGet, "/api/v1/visure", nil, who...)                  // beyond its scopes
	v.refused("forbidden", http.MethodGet, "/api/v1/session", nil, who...)                 // what is a person's own
	v.refused("invalid", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale)) // for whom?
	v.refused("invalid", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), append(who, "Visura-Ruolo", "top")...)
	v.refused("forbidden", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), append(who, "Visura-Ruolo", "admin")...) // not theirs
	v.refused("forbidden", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), "Visura-Utente", string(w.people["stranger"].Utente))
	v.traced(operator, "list-visure forbidden")
	enter(w, operator.Stream(), commands.TakeRole{Role: domain.RoleStandard, Ente: w.ente, Comune: w.comune})
	v.refused("forbidden", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), who...)
	who[1] = string(w.people["colleague"].Utente)
	v.want(http.StatusAccepted, http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), nil, who...)
	top.want(http.StatusAccepted, http.MethodPost, "/api/v1/applicativi/"+string(app)+"/tokens/revocation", object{"token": by.Session}, nil)
	v.refused("unauthenticated", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), who...)
	v.traced("", "request-visura revoked_token")
	_, other := w.software(top, nil, domain.ScopeRead)
	v.token = other
	v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil, who...)
	v.refused("forbidden", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), who...)
}

func softwareIsBound(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	top, who := w.elevated("top"), []string{"Visura-Utente", string(w.people["operator"].Utente)}
	v := w.visitor()
	_, v.token = w.software(top, func(c *commands.RegisterApplicativo) {
		c.Reti = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}
	}, domain.ScopeRead)
	v.refused("unauthenticated", http.MethodGet, "/api/v1/visure", nil, who...)
	v.traced("", "list-visure off_network")
	v.address = "203.0.113.9"
	v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil, who...)
	_, shown, print := certificate(t, nil)
	_, v.token = w.software(top, func(c *commands.RegisterApplicativo) { c.Reti, c.Certificato = nil, print }, domain.ScopeRead)
	v.refused("unauthenticated", http.MethodGet, "/api/v1/visure", nil, who...)
	v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil, append(who, "X-Client-Cert", shown)...)
}

// softwareOfTwo: a TOP who gave software its token neither widens what it may nor has it
// call from elsewhere.
func softwareOfTwo(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	top := w.elevated("top")
	id, _ := w.software(top, nil, domain.ScopeRead)
	was, err := commands.Fact(t.Context(), w.handler, id.Stream())
	if err != nil {
		t.Fatal(err)
	}
	cmd, path := commands.RegisterApplicativo(was.ApplicativoRegistered), "/api/v1/applicativi/"+string(id)
	top.want(http.StatusAccepted, http.MethodPut, path, cmd, nil) // as it is
	cmd.Scopes = domain.Scopes()
	top.refused("forbidden", http.MethodPut, path, cmd)
	top.traced(w.people["top"].Utente, "register-applicativo forbidden")
	top.want(http.StatusAccepted, http.MethodPost, path+"/tokens/revocation", object{"token": was.Tokens[0].Token}, nil)
	top.want(http.StatusAccepted, http.MethodPut, path, cmd, nil)
	top.refused("forbidden", http.MethodPost, path+"/tokens", object{"scade": time.Now().Add(time.Hour)})
	w.elevated("admin").post(path+"/tokens", object{"scade": time.Now().Add(time.Hour)}, nil)
}

// authorised has the operators of an Ente ask from authorised workstations alone.
func (w *world) authorised(name string, ente domain.EnteID) {
	w.t.Helper()
	g := grant{ente, domain.ProfileID(uuid.NewString()), false}
	enter(w, g.profile.Stream(), commands.DefineProfile{
		Comune: w.comune, Nome: "Sportello protetto", Tipi: domain.Concessi([]domain.Tipo{domain.Residenza}, domain.Modo{}), Postazione: domain.Autorizzata,
	})
	id := w.people[name].Utente
	person, err := commands.Load(w.t.Context(), w.handler, id.Stream())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, a := range person.Assignments {
		enter(w, id.Stream(), commands.WithdrawAssignment{Ente: a.Ente, Comune: a.Comune, Profile: a.Profile})
	}
	w.assign(name, g)
}

// shownInVain: where no workstation is wanted, one that does not count is entered all the
// same, once, and one that does is not.
func shownInVain(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	id, cookie := w.enrolled()
	v, stranger, operator := w.visitor(), w.people["stranger"], w.people["operator"]
	v.token = stranger.token
	v.want(http.StatusAccepted, http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), nil, cookie...)
	v.refused("invalid", http.MethodPut, visura(uuid.NewString()), object{}, cookie...)
	for range 3 {
		v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil, cookie...)
	}
	for _, entry := range []string{"request-visura stolen_postazione", "request-visura invalid", "list-visure stolen_postazione"} {
		v.traced(stranger.Utente, entry)
	}
	if at := w.seats(stranger.Utente, edge.StolenPostazione); !slices.Equal(at, []string{string(id), string(id), string(id)}) { // and twice more, counted
		t.Errorf("the workstation that was stolen is entered as %q", at)
	}

	v.token = operator.token
	v.want(http.StatusAccepted, http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), nil, cookie...)
	v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil, cookie...)
	_, shown, _ := certificate(t, nil)
	v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil, "X-Client-Cert", shown) // which is no workstation's
	v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil, "Cookie", cookie[1]+"x")
	v.traced(operator.Utente, "list-visure unknown_postazione")
	enter(w, id.Stream(), commands.RevokePostazione{Comune: w.comune})
	v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil, cookie...)
	v.traced(operator.Utente, "list-visure revoked_postazione")
	vain := slices.DeleteFunc(w.entries(operator.Utente, v.address), func(entry string) bool { return !strings.HasSuffix(entry, "_postazione") })
	if want := []string{"list-visure unknown_postazione", "list-visure revoked_postazione"}; !slices.Equal(vain, want) {
		t.Errorf("of the workstation is entered %q, want %q", vain, want)
	}
}

func (w *world) postazione(certificate string) domain.PostazioneID {
	w.t.Helper()
	id := domain.PostazioneID(uuid.NewString())
	enter(w, id.Stream(), commands.ProposePostazione{Ente: w.ente, Comune: w.comune, Nome: "Sportello 1", Certificato: certificate})
	return id
}

// enrolled is a workstation of the world's Ente that the Comune authorises, and the header
// by which a request proves it.
func (w *world) enrolled() (id domain.PostazioneID, cookie []string) {
	w.t.Helper()
	id = w.postazione("")
	enter(w, id.Stream(), commands.ApprovePostazione{Comune: w.comune})
	link, err := w.enrolment().Workstations.Link(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	secret, err := w.enrolment().Enrol(w.t.Context(), domain.Meta{}, link)
	if err != nil {
		w.t.Fatal(err)
	}
	return id, []string{"Cookie", "__Host-visure_postazione=" + secret}
}

// askedFromAWorkstation: who sees a visura sees under which act and from which workstation
// it was asked for; of one shown in vain, or of none, nothing is said.
func askedFromAWorkstation(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	id, cookie := w.enrolled()
	v := w.visitor()
	ask := func(who string, headers ...string) (visura projections.VisuraDettaglio) {
		t.Helper()
		asked := uuid.NewString()
		v.token = w.people[who].token
		v.want(http.StatusAccepted, http.MethodPut, "/api/v1/visure/"+asked, w.ask(domain.Comunale), nil, headers...)
		w.settled(t)
		v.want(http.StatusOK, http.MethodGet, "/api/v1/visure/"+asked, nil, &visura)
		return visura
	}
	seated, homely, stolen := ask("operator", cookie...), ask("operator"), ask("stranger", cookie...)
	if seated.Postazione != id || seated.PostazioneNome != "Sportello 1" || homely.Postazione+stolen.Postazione != "" || homely.PostazioneNome+stolen.PostazioneNome != "" {
		t.Errorf("asked for from %q %q, from none %q, from another's %q", seated.Postazione, seated.PostazioneNome, homely.PostazioneNome, stolen.PostazioneNome)
	}
	act := &projections.AttoRichiesta{Numero: 1, Tipo: domain.AttoConvenzione, Titolo: "Convenzione", Estremi: "Convenzione rep. n. 1"}
	if diff := cmp.Diff(act, seated.Atto); diff != "" {
		t.Errorf("the act: %s", diff)
	}
	code := w.people["operator"].Utente.Codice()
	for _, who := range []string{"operator", "admin", "top", "auditor"} {
		w.acting(t, who).open(http.StatusOK, "/visure/"+string(seated.ID)).says("Convenzione rep. n. 1", code+" · postazione Sportello 1")
	}
	w.acting(t, "operator").open(http.StatusOK, "/visure/"+string(homely.ID)).says("Convenzione rep. n. 1").silent("· postazione")
	w.acting(t, "stranger").open(http.StatusNotFound, "/visure/"+string(seated.ID)).silent("Sportello 1")
}

func workstationSecret(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.authorised("operator", w.ente)
	w.authorised("stranger", domain.EnteID(w.people["stranger"].Ente))
	admin, b := w.elevated("admin"), newBrowser(t, o.server(nil).Handler())
	id := w.postazione("")
	path := "/api/v1/postazioni/" + string(id) + "/links"
	admin.refused("conflict", http.MethodPost, path, nil) // not authorised yet
	enter(w, id.Stream(), commands.ApprovePostazione{Comune: w.comune})
	var link api.Link
	admin.post(path, nil, &link)
	page := strings.TrimPrefix(link.Collegamento, "https://visure.example")
	b.get(http.StatusOK, page)
	b.get(http.StatusOK, page) // which leaves it as it is
	b.form(http.StatusOK, page, nil)
	b.get(http.StatusNotFound, page)
	cookie := "__Host-visure_postazione=" + b.cookie("__Host-visure_postazione")
	v := w.visitor()
	ask := func(code, who string, headers ...string) {
		t.Helper()
		v.token = w.people[who].token
		if code != "" {
			v.refused(code, http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), headers...)
			return
		}
		v.want(http.StatusAccepted, http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), nil, headers...)
	}
	ask("forbidden", "operator")
	ask("forbidden", "operator", "Cookie", cookie+"x")
	v.traced(w.people["operator"].Utente, "request-visura unknown_postazione")
	ask("", "operator", "Cookie", cookie)
	ask("forbidden", "stranger", "Cookie", cookie) // stolen by a person of another Ente
	v.traced(w.people["stranger"].Utente, "request-visura stolen_postazione")
	enter(w, id.Stream(), commands.RevokePostazione{Comune: w.comune, Motivo: "Rubata"})
	ask("forbidden", "operator", "Cookie", cookie)
	v.traced(w.people["operator"].Utente, "request-visura revoked_postazione")
	if at := w.seats(w.people["stranger"].Utente, "stolen_postazione"); !slices.Equal(at, []string{string(id)}) {
		t.Errorf("the workstation that was stolen is entered as %q", at)
	}
}

// seats are the workstations of what a journal has with an outcome.
func (w *world) seats(id domain.UtenteID, outcome string) (all []string) {
	w.t.Helper()
	if _, err := w.store.Load(w.t.Context(), string(domain.AccessStream(id, time.Now())), commands.NoStream, func(r domain.Recorded) {
		if r.Event.(domain.AccessRecorded).Outcome == outcome {
			all = append(all, r.Meta.By.Postazione)
		}
	}); err != nil {
		w.t.Fatal(err)
	}
	return all
}

func certificateShown(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.authorised("operator", w.ente)
	authority, _, _ := certificate(t, nil)
	client, _, print := certificate(t, &authority)
	w.certified(print)
	server := httptest.NewUnstartedServer(o.server(nil).Handler())
	pool := x509.NewCertPool()
	pool.AddCert(authority.Leaf)
	server.TLS = &tls.Config{ClientCAs: pool, ClientAuth: tls.VerifyClientCertIfGiven}
	server.StartTLS()
	t.Cleanup(server.Close)
	asks := func(shown ...tls.Certificate) int {
		t.Helper()
		browser := server.Client()
		transport := browser.Transport.(*http.Transport).Clone()
		transport.TLSClientConfig.Certificates = shown
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPut, server.URL+visura(uuid.NewString()), jsonBody(w.ask(domain.Comunale)))
		r.Header.Set("Authorization", "Bearer "+w.people["operator"].token)
		r.Header.Set("Content-Type", "application/json")
		resp, err := (&http.Client{Transport: transport}).Do(r)
		if err != nil {
			return 0 // the handshake failed
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	foreign, _, _ := certificate(t, nil)
	if got := []int{asks(), asks(client), asks(foreign)}; got[0] != http.StatusForbidden || got[1] != http.StatusAccepted || got[2] == http.StatusAccepted {
		t.Errorf("without, with and with another's certificate: %v", got)
	}
}

// certified enters a workstation that a certificate proves.
func (w *world) certified(print string) domain.PostazioneID {
	w.t.Helper()
	id := w.postazione(print)
	enter(w, id.Stream(), commands.ApprovePostazione{Comune: w.comune})
	w.advance(id)
	return id
}

// advance has a certificate prove a workstation, if it is to.
func (w *world) advance(id domain.PostazioneID) {
	w.t.Helper()
	certify := commands.Certification{Handler: w.handler, Workstations: w.enrolment().Workstations}
	if err := certify.Advance(w.t.Context(), string(id), domain.Meta{}); err != nil {
		w.t.Fatal(err)
	}
}

// certificateSetFree: it proves one workstation, as long as any Comune authorises that
// one; then it proves another, and what stands in its way is said of nobody.
func certificateSetFree(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.authorised("operator", w.ente)
	w.authorised("stranger", domain.EnteID(w.people["stranger"].Ente))
	_, shown, print := certificate(t, nil)
	v := w.visitor()
	asks := func(status int, who string) {
		t.Helper()
		v.token = w.people[who].token
		v.want(status, http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), nil, "X-Client-Cert", shown)
	}
	stands := func(id domain.PostazioneID, want projections.Condizione) {
		t.Helper()
		var d projections.PostazioneDettaglio
		v.token = w.people["top"].token
		v.want(http.StatusOK, http.MethodGet, "/api/v1/postazioni/"+string(id)+"?at_least="+w.head(), nil, &d)
		if d.Comuni[0].Condizione != want {
			t.Errorf("the workstation is %s, want %s", d.Comuni[0].Condizione, want)
		}
	}
	first := w.certified(print)
	asks(http.StatusAccepted, "operator")
	foreign := domain.PostazioneID(uuid.NewString())
	enter(w, foreign.Stream(), commands.ProposePostazione{Ente: domain.EnteID(w.people["stranger"].Ente), Comune: w.comune, Nome: "Sportello 2", Certificato: print})
	enter(w, foreign.Stream(), commands.ApprovePostazione{Comune: w.comune})
	w.advance(foreign)
	asks(http.StatusForbidden, "stranger")
	asks(http.StatusAccepted, "operator")
	stands(first, projections.PostazioneAttiva)
	stands(foreign, projections.PostazioneSenzaProva)
	w.acting(t, "top").open(http.StatusOK, "/postazioni/"+string(foreign)).says("Senza prova", "Il certificato prova già un’altra postazione").silent("Sportello 1")

	enter(w, first.Stream(), commands.RevokePostazione{Comune: w.comune})
	asks(http.StatusForbidden, "operator")
	stands(first, projections.PostazioneRevocata)
	again := w.certified(print)
	asks(http.StatusAccepted, "operator")
	stands(again, projections.PostazioneAttiva)

	enter(w, first.Stream(), commands.ProposePostazione{Ente: w.ente, Comune: comuni[1], Nome: "Sportello 1", Certificato: print}) // of which it was taken
	enter(w, first.Stream(), commands.ApprovePostazione{Comune: comuni[1]})
	w.advance(first)
	asks(http.StatusAccepted, "operator")
	w.advance(again) // delivered twice
	stands(again, projections.PostazioneAttiva)
}

func certificateOfAProxy(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.authorised("operator", w.ente)
	_, shown, print := certificate(t, nil)
	w.certified(print)
	v := w.visitor()
	v.token = w.people["operator"].token
	v.want(http.StatusAccepted, http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), nil, "X-Client-Cert", shown)
	for name, change := range map[string]func(*web.Server){
		"of a peer that is no proxy":    func(s *web.Server) { s.Edge.Proxies = nil },
		"where no header is configured": func(s *web.Server) { s.Edge.ClientCertHeader = "" },
		"in another header":             func(s *web.Server) { s.Edge.ClientCertHeader = "X-SSL-Cert" },
	} {
		v.server = serve(t, o.server(change).Handler())
		if p := v.refused("forbidden", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale), "X-Client-Cert", shown); p.Code != "forbidden" {
			t.Errorf("%s it is believed", name)
		}
		entered := *v
		if strings.HasPrefix(name, "of a peer") { // whose word on where it comes from is not taken either
			entered.address = "127.0.0.1"
		}
		entered.traced(w.people["operator"].Utente, "request-visura forbidden")
	}
}

// certificate makes one of an authority, or by itself; shown is how a proxy passes it
// on.
func certificate(t *testing.T, by *tls.Certificate) (c tls.Certificate, shown, print string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "postazione"}, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, IsCA: by == nil, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.Leaf, by.PrivateKey.(*ecdsa.PrivateKey)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(der)
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, url.PathEscape(string(text)), hex.EncodeToString(sum[:])
}
