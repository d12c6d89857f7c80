package web_test

import (
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"a passkey is made and used in a browser": passkeyInABrowser,
	})
}

// passkeyInABrowser: that the script does what the other tests do in its place.
func passkeyInABrowser(t *testing.T, o *office) {
	window := eyes.Open(t)
	server := httptest.NewUnstartedServer(nil)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	url := "http://localhost:" + port
	accounts, err := auth.NewAccounts(auth.Options{
		DB: o.pool, Now: time.Now, Vault: auth.Vault{Seal: o.keys.Seal, Unseal: o.keys.Unseal, AddressHash: o.keys.AddressHash},
		Issuer: "Visure anagrafiche", RPID: "localhost", Origins: []string{url},
	})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = o.server(func(s *web.Server) {
		s.Edge.PlainHTTP, s.Pages.Access.Accounts = true, accounts
	}).Handler()
	server.Start()
	t.Cleanup(server.Close)

	w := o.world(t, comuni[0], "")
	w.account("operator")
	w.rolesKnown(t)
	session := w.acting(t, "operator").cookie("__Host-visure_sessione")
	tab := window.Visit(t, url+"/profilo/sicurezza", &http.Cookie{Name: "visure_sessione", Value: session, Path: "/", HttpOnly: true})
	tab.Device()
	press := func(says string) {
		t.Helper()
		eyes.Read[bool](tab, `document.querySelector('[data-passkey] button').focus(), true`)
		tab.Follow("Enter")
		if text := eyes.Read[string](tab, `location.pathname + ' ' + document.body.innerText`); !strings.Contains(text, says) {
			t.Errorf("the page does not say %q: %s", says, text)
		}
	}
	eyes.Read[bool](tab, `document.querySelector('#dispositivo').value = 'chiave blu', true`)
	press("La passkey è registrata")
	tab.Go(url + "/accedi")
	press("Nuova richiesta")
	if path := eyes.Read[string](tab, `location.pathname`); path != "/nuova" {
		t.Errorf("signed in, at %s", path)
	}
	if faults := tab.Faults(); len(faults) > 0 {
		t.Error(faults)
	}
}
