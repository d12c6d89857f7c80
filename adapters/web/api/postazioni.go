package api

import (
	"net/http"
	"net/netip"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// postazione names a workstation in an address.
var postazione = named(postazioni, "/api/v1/postazioni/", domain.ParsePostazioneID)

// postazioni routes what is done with workstations.
func (a *API) postazioni() {
	command(a, postazione, "propose-postazione", http.MethodPut, "", commands.ProposePostazione{
		Ente: someEnte, Comune: somewhere, Nome: "Sportello 3", Reti: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
	}, "Propone una postazione", "L'identificativo lo sceglie chi chiede. Una postazione già proposta non cambia; la stessa si può proporre a più Comuni.")
	command(a, postazione, "approve-postazione", http.MethodPost, "/approval", commands.ApprovePostazione{Comune: somewhere},
		"Autorizza una postazione", "Spetta al TOP, per il suo Comune. Se il suo certificato prova già un'altra postazione autorizzata, questa resta senza prova; di una revocata prende il posto.", stepUp)
	command(a, postazione, "revoke-postazione", http.MethodPost, "/revocation", commands.RevokePostazione{Comune: somewhere},
		"Revoca una postazione", "Vale dalla richiesta successiva, per sempre.")
	a.readsPostazioni()
}
