package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// The demo's fourteen documents, looked at by programs that are not ours.
func TestTheDemoIssuesAllFourteen(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	demo := demoCommand{Config: Config{Stores: Stores{LogLevel: slog.LevelWarn}, Workers: 16}, Out: out, People: 5000, Seed: 1}
	demo.Sweep, demo.Drain = defaultSweep, defaultDrain
	if err := demo.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, tipo := range documento.Tipi() {
		t.Run(string(tipo), func(t *testing.T) {
			file := filepath.Join(out, string(tipo)+".pdf")
			tool(t, "qpdf", "--check", file)
			text := strings.Join(strings.Fields(tool(t, "pdftotext", "-layout", file, "-")), " ")
			entry, _ := documento.Lookup(tipo)
			for _, want := range []string{
				entry.Heading, documento.DiProva, "Cognome", "Codice fiscale",
				"Controllo delle dichiarazioni sostitutive per prestazioni agevolate", "2026/004711", "art. 71 D.P.R. 445/2000",
				"art. 43, comma 4, del D.P.R. 28/12/2000 n. 445", "2712 c.c.", "Esente da imposta di bollo",
			} {
				if !strings.Contains(text, want) {
					t.Errorf("does not say %q:\n%s", want, text)
				}
			}
			if strings.Contains(text, "non può essere prodotto agli organi") {
				t.Error("bears the formula of certificates")
			}
			embedded(t, file)
			picture := strings.TrimSuffix(file, ".pdf")
			tool(t, "pdftoppm", "-r", "150", "-png", "-f", "1", "-singlefile", file, picture)
			if qr := tool(t, "zbarimg", "-q", "--nodbus", picture+".png"); !strings.Contains(qr, "/verifica/") {
				t.Errorf("the QR says %q", qr)
			}
		})
	}
}

// embedded fails for a font that the document does not carry itself.
func embedded(t *testing.T, file string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(tool(t, "pdffonts", file)), "\n")
	if len(lines) < 3 {
		t.Fatalf("no fonts: %q", lines)
	}
	for _, line := range lines[2:] {
		fields := strings.Fields(line)
		if len(fields) < 5 || fields[len(fields)-5] != "yes" {
			t.Errorf("not embedded: %s", line)
		}
	}
}

func TestASecondStartFindsItsDataAgain(t *testing.T) {
	t.Parallel()
	c := Config{Stores: Stores{Data: newData(t), LogLevel: slog.LevelWarn}, Listen: "127.0.0.1:0", Workers: 4, Sweep: defaultSweep, Drain: defaultDrain}
	var tokens [2]string
	var id domain.VisuraID = "5b1f6a4e-7f0c-4a54-9a53-3f2f0a9d2c11"
	for i := range tokens {
		d, err := startDemo(t.Context(), c, demoOptions{People: 2000, Seed: 1}, t.Logf)
		if err != nil {
			d.close()
			t.Fatal(err)
		}
		api := d.as(domain.RoleStandard)
		ask := askFor(domain.Residenza, d.fitting(domain.Residenza).CodiceFiscale)
		if err := settled(t.Context(), api, id, ask); err != nil {
			t.Error(err)
		}
		if _, err := api.document(t.Context(), id); err != nil {
			t.Error(err)
		}
		if calls := len(d.simulator.Calls()); calls != 1-i {
			t.Errorf("start %d asked ANPR %d times", i+1, calls)
		}
		tokens[i] = d.users[0].Token
		d.close()
	}
	if tokens[0] != tokens[1] {
		t.Error("the second start made a new token")
	}
	if info, err := os.Stat(filepath.Join(c.Data, "demo-tokens.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("tokens' file: %v, %v", info, err)
	}
}
