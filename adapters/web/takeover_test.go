package web_test

import (
	"maps"
	"net/http"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"nobody comes into another's account by giving them a role": takeover,
		"nobody is told that a person was known":                    unrevealed,
	})
}

// An ADMIN gives an operator of another Ente, or a TOP of another Comune, a role at
// their own pair, and asks for a link: it goes to the person alone.
func takeover(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator") // with a password
	a, fe := w.elevated("foreign-admin"), w.people["foreign-admin"].Ente
	for _, victim := range []domain.UtenteID{w.people["operator"].Utente, w.people["foreign-top"].Utente} {
		path, address := "/api/v1/utenti/"+string(victim), string(victim)+"@ente.example"
		a.refused("not_found", http.MethodPost, path+"/invitations", object{"consegna": true})
		a.want(http.StatusAccepted, http.MethodPost, path+"/roles", object{"role": "standard", "ente": fe, "comune": w.comune}, nil)
		a.refused("forbidden", http.MethodPost, path+"/invitations", object{"consegna": true})
		enter(w, victim.Stream(), commands.AmendUtente{Cognome: "Bianchi", Nome: "Mario", Email: address})
		var how api.Invited
		a.post(path+"/invitations", object{"consegna": true}, &how)
		if _, mailed := o.mailbox.Load(address); !how.Spedito || how.Collegamento != "" || !mailed {
			t.Errorf("%+v", how)
		}
		a.refused("forbidden", http.MethodPost, path+"/resets", object{"ente": fe, "comune": w.comune, "motivo": "Telefono smarrito"})
	}
}

// To who enters a person every answer is the same, known or not, until the person has
// something to do there.
func unrevealed(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	top := w.elevated("foreign-top")
	u, err := commands.Fact(t.Context(), o.handler, w.people["operator"].Utente.Stream())
	if err != nil {
		t.Fatal(err)
	}
	for _, cf := range []string{string(u.CodiceFiscale), o.users[int(o.entered.Add(1))%len(o.users)].CodiceFiscale} {
		person := object{"codice_fiscale": cf, "cognome": "Verdi", "nome": "Anna"}
		var acc api.Accepted
		top.want(http.StatusAccepted, http.MethodPost, "/api/v1/utenti", person, &acc)
		path := "/api/v1/utenti/" + acc.ID
		top.refused("not_found", http.MethodGet, path+"?at_least="+acc.Position, nil)
		top.refused("not_found", http.MethodPut, path, object{"cognome": "Verdi", "nome": "Anna"})
		top.refused("not_found", http.MethodPost, path+"/invitations", object{})
	}
}
