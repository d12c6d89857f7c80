package domain_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

// Acts of before purposes were bound to types say of none what it is for.
func TestAPurposeThatNamesNoTypeIsForAll(t *testing.T) {
	t.Parallel()
	stored := `{"finalita":[{"codice":"ISEE","descrizione":"Prestazioni","base_giuridica":"art. 71"},` +
		`{"codice":"TARI","descrizione":"Tributi","base_giuridica":"L. 147/2013","tipi":["residenza","stato_famiglia"]}]}`
	e, err := domain.Decode(domain.ConvenzioneDrafted{}.EventType(), []byte(stored))
	if err != nil {
		t.Fatal(err)
	}
	for tipo, want := range map[domain.Tipo][]string{
		domain.Residenza: {"ISEE", "TARI"}, domain.StatoFamiglia: {"ISEE", "TARI"}, domain.Nascita: {"ISEE"},
	} {
		var got []string
		for _, f := range e.(domain.ConvenzioneDrafted).Purposes(tipo) {
			got = append(got, f.Codice)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", tipo, diff)
		}
	}
}
