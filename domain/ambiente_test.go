package domain_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestOnlyTheProductionOfANPRIsGenuine(t *testing.T) {
	t.Parallel()
	for tipo, want := range map[string]domain.Ambiente{
		"PROD": domain.Produzione, "TEST": domain.Prova, "PRE_SUB": domain.PreSubentro, "": domain.Prova, "prod": domain.Prova,
	} {
		got := domain.ComuneConnected{TipoInvio: tipo}.Ambiente()
		if got != want || got.Genuine() != (tipo == "PROD") {
			t.Errorf("%q is %q, genuine: %v", tipo, got, got.Genuine())
		}
	}
	for _, a := range []domain.Ambiente{"", domain.Simulatore} {
		if a.Genuine() {
			t.Errorf("%q is genuine", a)
		}
	}
}

// What was recorded before the environment was is still read, and says so.
func TestAnIssueOfBeforeHasNoEnvironment(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]domain.Ambiente{`{"numero":"EPPC-R04J-ZV0G-2BEM1"}`: "", `{"ambiente":"produzione"}`: domain.Produzione} {
		e, err := domain.Decode("visura.issued.v1", []byte(data))
		if err != nil || e.(domain.VisuraIssued).Ambiente != want {
			t.Errorf("%s: %+v, %v", data, e, err)
		}
	}
}
