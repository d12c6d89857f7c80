package domain_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
)

// The ids of Enti are part of the stored format: these never change.
func TestAnEnteIsNamedByItsCodes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cf, ipa string
		tipo    domain.TipoEnte
		want    domain.EnteID // empty: refused
		field   string
	}{
		"a body by the codice fiscale":                {cf: "00080700396", want: "e298942f-93f6-8729-93ea-a1a57b78cd24"},
		"the same with its IPA code":                  {cf: "00080700396", ipa: "acr_ra", want: "e298942f-93f6-8729-93ea-a1a57b78cd24"},
		"a manager of services likewise":              {cf: "00080700396", tipo: domain.EnteGestore, want: "e298942f-93f6-8729-93ea-a1a57b78cd24"},
		"an office of the Comune by its IPA code":     {cf: "00080700396", ipa: "acr_ra_tributi", tipo: domain.EnteUfficio, want: "2a0821b6-3509-8a63-8464-d5d2aca16774"},
		"which it must have":                          {cf: "00080700396", tipo: domain.EnteUfficio, field: "codice_ipa"},
		"a codice fiscale of ten digits":              {cf: "0008070039", field: "codice_fiscale"},
		"a person's codice fiscale":                   {cf: "RSSMRA85T10A562S", field: "codice_fiscale"},
		"no codice fiscale":                           {ipa: "acr_ra", field: "codice_fiscale"},
		"a codice fiscale with a blank is not a code": {cf: " 0080700396", field: "codice_fiscale"},
	} {
		got, err := domain.EnteRegistered{CodiceFiscale: c.cf, CodiceIPA: c.ipa, Tipo: c.tipo}.ID()
		if got != c.want || (err == nil) != (c.field == "") {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
		if refusal, ok := err.(*domain.Error); ok && (refusal.Field != c.field || refusal.Code != domain.Invalid) {
			t.Errorf("%s: refused with %s, want invalid %s", name, refusal, c.field)
		}
	}
}

func TestEnteIDsAreIDs(t *testing.T) {
	t.Parallel()
	seen := map[domain.EnteID]string{}
	rapid.Check(t, func(t *rapid.T) {
		e := domain.EnteRegistered{
			CodiceFiscale: rapid.StringMatching(`[0-9]{11}`).Draw(t, "codice fiscale"), CodiceIPA: rapid.StringMatching(`[a-z_]{2,8}`).Draw(t, "codice IPA"),
			Tipo: rapid.SampledFrom([]domain.TipoEnte{"", domain.EnteConvenzionato, domain.EnteGestore, domain.EnteUfficio}).Draw(t, "tipo"),
		}
		id, err := e.ID()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := domain.ParseEnteID(string(id)); err != nil || id[14] != '8' || !strings.ContainsRune("89ab", rune(id[19])) {
			t.Fatalf("%s is no UUID of version 8: %v", id, err)
		}
		key := "cf " + e.CodiceFiscale
		if e.Tipo == domain.EnteUfficio {
			key = "ipa " + e.CodiceIPA
		}
		if other, ok := seen[id]; ok && other != key {
			t.Fatalf("%s and %s have one id", key, other)
		}
		seen[id] = key
	})
}

// The codes of users are printed on documents: this one never changes.
func TestAUserCodeFollowsFromTheID(t *testing.T) {
	t.Parallel()
	if got, want := utenteID.Codice(), "U-VNM27-3R9FN"; got != want {
		t.Errorf("code %s, want %s", got, want)
	}
	seen := map[string]domain.UtenteID{}
	rapid.Check(t, func(t *rapid.T) {
		id := domain.UtenteID(visuraIDs().Draw(t, "id"))
		code := id.Codice()
		if len(code) != 13 || code[:2] != "U-" || code[7] != '-' || strings.Trim(code[2:7]+code[8:], "0123456789ABCDEFGHJKMNPQRSTVWXYZ") != "" {
			t.Fatalf("%q is not of the form U-XXXXX-XXXXX", code)
		}
		if other, ok := seen[code]; ok && other != id {
			t.Fatalf("%s stands for two people", code)
		}
		if read, err := domain.ParseCodice(" " + strings.ToLower(code)); err != nil || read != code {
			t.Fatalf("%s is read as %q, %v", code, read, err)
		}
		seen[code] = id
	})
}

func TestWhatIsNoCodeIsNotReadAsOne(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "U-", "Rossi", "RSSMRA80A01H501U", "U-VNM27-3R9F", "U-VNM27-3R9FNN", "UVNM273R9FN", "U-VNM2\n-3R9FN"} {
		if read, err := domain.ParseCodice(text); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("%q is read as %q, %v", text, read, err)
		}
	}
}

func TestStreamsNameTheirCategory(t *testing.T) {
	t.Parallel()
	for stream, want := range map[string]string{
		string(visuraID.Stream()):                      domain.VisuraCategory,
		string(utenteID.Stream()):                      "utente",
		string(enteID.Stream()):                        "ente",
		string(convenzioneID.Stream()):                 "convenzione",
		string(profileID.Stream()):                     "profile",
		string(domain.CodiceISTAT("039002").Stream()):  "comune",
		string(domain.AccessStream(utenteID, mattina)): "accesso",
		"$ce-visura": "$ce",
		"alone":      "alone",
		"":           "",
	} {
		if got := domain.CategoryOf(stream); got != want {
			t.Errorf("%q is of the category %q, want %q", stream, got, want)
		}
	}
}
