package pki_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
)

// authority signs for every test: keys take time.
var authority = sync.OnceValues(pki.NewCA)

func issued(t *testing.T, commonName string, o pki.Options) (*pki.CA, *pki.Identity) {
	t.Helper()
	ca, err := authority()
	if err != nil {
		t.Fatal(err)
	}
	id, err := ca.Comune(commonName, o)
	if err != nil {
		t.Fatal(err)
	}
	return ca, id
}

func pool(ca *pki.CA) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(ca.Certificate)
	return p
}

func TestACertificateIsNamedAsANPRNamesIt(t *testing.T) {
	t.Parallel()
	ca, id := issued(t, "040007-PC-0042", pki.Options{})
	c := id.Certificate
	if s := c.Subject; s.CommonName != "040007-PC-0042" || strings.Join(s.Organization, "+") != "Ministero dell'Interno" || strings.Join(s.Country, "") != "IT" ||
		strings.Join(s.OrganizationalUnit, "+") != "Postazioni di lavoro+Anagrafe Nazionale Popolazione Residente" {
		t.Errorf("subject %s", s)
	}
	if c.Issuer.CommonName != "CA Postazioni" || !ca.Certificate.IsCA || c.IsCA || ca.Certificate.Subject.String() != c.Issuer.String() {
		t.Errorf("issued by %s", c.Issuer)
	}
	if c.SerialNumber.Sign() <= 0 || c.SerialNumber.BitLen() > 159 || c.SerialNumber.Cmp(ca.Certificate.SerialNumber) == 0 {
		t.Errorf("serial number %s", c.SerialNumber)
	}
	if len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != x509.ExtKeyUsageClientAuth || c.KeyUsage&x509.KeyUsageDigitalSignature == 0 || c.KeyUsage&x509.KeyUsageCertSign != 0 {
		t.Errorf("usages %v and %b", c.ExtKeyUsage, c.KeyUsage)
	}
	if id.Key.N.BitLen() < 2048 || !id.Key.PublicKey.Equal(c.PublicKey) {
		t.Errorf("key of %d bits", id.Key.N.BitLen())
	}
}

func TestACertificateIsGoodForItsUseAndItsTimeAlone(t *testing.T) {
	t.Parallel()
	ca, id := issued(t, "039002-CO-9999", pki.Options{})
	now := time.Now()
	verify := func(at time.Time, use x509.ExtKeyUsage, roots *x509.CertPool) error {
		_, err := id.Certificate.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{use}})
		return err
	}
	if err := verify(now, x509.ExtKeyUsageClientAuth, pool(ca)); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"as a server's":            verify(now, x509.ExtKeyUsageServerAuth, pool(ca)),
		"before its time":          verify(now.AddDate(-1, 0, -2), x509.ExtKeyUsageClientAuth, pool(ca)),
		"after its time":           verify(now.AddDate(2, 0, 2), x509.ExtKeyUsageClientAuth, pool(ca)),
		"to who trusts nobody":     verify(now, x509.ExtKeyUsageClientAuth, x509.NewCertPool()),
		"as an authority of other": id.Certificate.CheckSignatureFrom(id.Certificate),
	} {
		if err == nil {
			t.Errorf("accepted %s", name)
		}
	}
}

func TestACertificateOfTheComuneCannotIssueOthers(t *testing.T) {
	t.Parallel()
	ca, id := issued(t, "039002-CO-9999", pki.Options{})
	forged, err := (&pki.CA{Identity: *id}).Comune("040007-CO-9999", pki.Options{})
	if err != nil {
		return // refused at once
	}
	between := x509.NewCertPool()
	between.AddCert(id.Certificate)
	if _, err := forged.Certificate.Verify(x509.VerifyOptions{Roots: pool(ca), Intermediates: between, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err == nil {
		t.Error("a Comune issued a certificate for another")
	}
}

func TestTheServerIsWhoItSaysItIs(t *testing.T) {
	t.Parallel()
	ca, err := authority()
	if err != nil {
		t.Fatal(err)
	}
	server, err := ca.Server("localhost", "127.0.0.1", "anpr.example")
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{"localhost": true, "127.0.0.1": true, "anpr.example": true, "example": false, "127.0.0.2": false, "a.localhost": false} {
		if _, err := server.Certificate.Verify(x509.VerifyOptions{Roots: pool(ca), DNSName: host}); (err == nil) != want {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestOptionsAreWhatTheCertificateSays(t *testing.T) {
	t.Parallel()
	from := time.Date(2020, 2, 29, 12, 0, 0, 0, time.UTC)
	_, id := issued(t, "039002-CO-9998", pki.Options{NotBefore: from, NotAfter: from.AddDate(1, 0, 0), Usage: x509.ExtKeyUsageEmailProtection})
	if c := id.Certificate; !c.NotBefore.Equal(from) || !c.NotAfter.Equal(from.AddDate(1, 0, 0)) || c.ExtKeyUsage[0] != x509.ExtKeyUsageEmailProtection {
		t.Errorf("from %s to %s for %v", c.NotBefore, c.NotAfter, c.ExtKeyUsage)
	}
}

func TestAKitGrowsAndKeepsWhatItHad(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "folder")
	k, err := pki.OpenKit(dir, "", "039002")
	if err != nil {
		t.Fatal(err)
	}
	before := contents(t, dir)
	if len(before) != 6 || k.Password != pki.DefaultPassword {
		t.Errorf("%d files, password %q", len(before), k.Password)
	}
	if _, err := k.Load(k.Machine("040007")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a Comune not asked for: %v", err)
	}
	grown, err := pki.OpenKit(dir, "", "040007", "039002")
	if err != nil {
		t.Fatal(err)
	}
	after := contents(t, dir)
	for name, data := range before {
		if !bytes.Equal(after[name], data) {
			t.Errorf("%s was written again", name)
		}
	}
	if len(after) != len(before)+2 {
		t.Errorf("%d files after %d", len(after), len(before))
	}
	for _, path := range []string{grown.Machine("040007"), grown.Workstation("040007"), grown.Machine("039002")} {
		_, _, chain, err := pkcs12.DecodeChain(after[filepath.Base(path)], grown.Password)
		if err != nil || len(chain) != 1 || !chain[0].Equal(grown.CA.Certificate) {
			t.Errorf("%s does not carry the authority: %v", path, err)
		}
	}
	data, err := os.ReadFile(grown.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	if block, rest := pem.Decode(data); block == nil || len(rest) > 0 || !bytes.Equal(block.Bytes, grown.CA.Certificate.Raw) {
		t.Error("the authority's file is another certificate")
	}
}

// contents are the files of a folder; all of them are the owner's alone.
func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestADamagedKitIsNotMadeAnewInSilence(t *testing.T) {
	t.Parallel()
	whole := t.TempDir()
	if _, err := pki.OpenKit(whole, ""); err != nil {
		t.Fatal(err)
	}
	files := contents(t, whole)
	for name, damage := range map[string]map[string][]byte{
		"an authority that is no certificate": {"ca.pem": []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")},
		"an authority that is no PEM":         {"ca.pem": []byte("certificato")},
		"an authority without its key":        {"ca.key": nil},
		"a key that is no PEM":                {"server.key": []byte("chiave")},
		"a key cut short":                     {"server.key": files["server.key"][:len(files["server.key"])/2]},
		"the key of another":                  {"server.key": files["ca.key"]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, data := range files {
				if other, ok := damage[file]; ok {
					data = other
				}
				if data == nil {
					continue
				}
				if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := pki.OpenKit(dir, ""); err == nil {
				t.Error("opened")
			}
		})
	}
}

func TestAKeyLeftByAnInterruptedBeginningIsReplaced(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"ca.key", "ca.pem.tmp"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k, err := pki.OpenKit(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	again, err := pki.OpenKit(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	if !again.CA.Key.Equal(k.CA.Key) || !again.CA.Key.PublicKey.Equal(again.CA.Certificate.PublicKey) {
		t.Error("certificate and key do not belong together")
	}
}

func TestLoadRefusesWhatIsNotACertificate(t *testing.T) {
	t.Parallel()
	k := &pki.Kit{Dir: t.TempDir(), Password: "x"}
	path := k.Machine("039002")
	if err := os.WriteFile(path, []byte("non un p12"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Load(path); err == nil || strings.Contains(err.Error(), "non un p12") {
		t.Errorf("%v", err)
	}
}
