package anpr_test

import (
	"crypto/x509"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestAKeystoreSaysWhoseItIsAndUntilWhen(t *testing.T) {
	t.Parallel()
	machine, cert := handed(t, bagnacavallo+"-CO-9998", pki.Options{})
	got, err := anpr.Open(comune, commands.MachineRole, machine, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if got.Subject != bagnacavallo+"-CO-9998" || got.Serial != cert.SerialNumber.Text(16) || got.NotAfter != cert.NotAfter.UTC() || len(got.SHA256) != 2*32 {
		t.Errorf("%+v", got)
	}
	if _, err := hex.DecodeString(got.SHA256); err != nil {
		t.Error(err)
	}
	if _, err := anpr.Open(comune, commands.PostazioneRole, machine, time.Now()); err != nil {
		t.Errorf("a machine may stand for a workstation: %v", err)
	}
}

// Who exports a keystore chooses the order of its certificates.
func TestTheCertificateIsTheKeysWhereverItStands(t *testing.T) {
	t.Parallel()
	k, err := kit()
	if err != nil {
		t.Fatal(err)
	}
	id, err := k.Load(k.Machine(bagnacavallo))
	if err != nil {
		t.Fatal(err)
	}
	got, err := anpr.Open(comune, commands.MachineRole, packed(t, id.Key, k.CA.Certificate, id.Certificate), time.Now())
	if err != nil || got.Subject != bagnacavallo+"-CO-9999" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAKeystoreThatANPRWouldNotTakeIsRefused(t *testing.T) {
	t.Parallel()
	k, err := kit()
	if err != nil {
		t.Fatal(err)
	}
	good, _ := handed(t, bagnacavallo+"-CO-9998", pki.Options{})
	made := func(name string, o pki.Options) commands.Keystore { ks, _ := handed(t, name, o); return ks }
	station := made(bagnacavallo+"-PC-0001", pki.Options{})
	person := made("ROSSI MARIO RSSMRA80A01H501U", pki.Options{})
	trust, err := pkcs12.Modern2023.WithIterations(1).EncodeTrustStore([]*x509.Certificate{k.CA.Certificate}, password)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for name, c := range map[string]struct {
		role     commands.KeystoreRole
		keystore commands.Keystore
		field    string
		says     string
	}{
		"another password":         {commands.MachineRole, commands.Keystore{PKCS12: good.PKCS12, Password: "altra"}, "machine.password", "non apre"},
		"no password":              {commands.PostazioneRole, commands.Keystore{PKCS12: good.PKCS12}, "postazione.password", "non apre"},
		"a password of two lines":  {commands.MachineRole, commands.Keystore{PKCS12: good.PKCS12, Password: "a\nb"}, "machine.password", "fine riga"},
		"no PKCS#12":               {commands.MachineRole, commands.Keystore{PKCS12: []byte("-----BEGIN CERTIFICATE-----"), Password: password}, "machine.pkcs12", "PKCS#12"},
		"half of one":              {commands.MachineRole, commands.Keystore{PKCS12: good.PKCS12[:len(good.PKCS12)/2], Password: password}, "machine.pkcs12", "PKCS#12"},
		"a file too large":         {commands.MachineRole, commands.Keystore{PKCS12: make([]byte, 64<<10+1), Password: password}, "machine.pkcs12", "64 KiB"},
		"certificates without key": {commands.MachineRole, commands.Keystore{PKCS12: trust, Password: password}, "machine.pkcs12", "PKCS#12"},
		"a key of another":         {commands.MachineRole, packed(t, k.CA.Key, k.Server.Certificate), "machine.pkcs12", "non è quella"},
		"another Comune's":         {commands.MachineRole, made("040007-CO-9999", pki.Options{}), "machine.pkcs12", "040007"},
		"a workstation's":          {commands.MachineRole, station, "machine.pkcs12", "postazione"},
		"a person's":               {commands.PostazioneRole, person, "postazione.pkcs12", "rilascia ai Comuni"},
		"one for other uses":       {commands.MachineRole, made(bagnacavallo+"-CO-9999", pki.Options{Usage: x509.ExtKeyUsageEmailProtection}), "machine.pkcs12", "autenticazione"},
		"one that has expired":     {commands.MachineRole, made(bagnacavallo+"-CO-9999", pki.Options{NotAfter: time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC)}), "machine.pkcs12", "07/03/2026"},
		"one of the future":        {commands.MachineRole, made(bagnacavallo+"-CO-9999", pki.Options{NotBefore: now.AddDate(0, 1, 0)}), "machine.pkcs12", "non è ancora valido"},
	} {
		_, err := anpr.Open(comune, c.role, c.keystore, now)
		var refusal *domain.Error
		if !errors.As(err, &refusal) || refusal.Code != domain.Invalid || refusal.Field != c.field || !strings.Contains(refusal.Message, c.says) {
			t.Errorf("%s: %v, want %s %q", name, err, c.field, c.says)
		} else if strings.Contains(err.Error(), "ROSSI") || strings.Contains(err.Error(), password) {
			t.Errorf("%s names somebody: %v", name, err)
		}
	}
}

func TestATestCertificateIsNotForProduction(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	n := first(t)
	n.Machine, _ = handed(t, bagnacavallo+"-CO-0000", pki.Options{})
	n.TipoInvio = "PROD"
	if _, err := o.Replace(t.Context(), comune, asSystem, n); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("%v", err)
	}
	if len(o.simulator.Calls()) != 0 || len(o.files()) != 0 {
		t.Error("it was tried or kept")
	}
}
