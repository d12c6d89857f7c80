package pki_test

import (
	"crypto/x509"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
)

func TestAKitIsMadeOnceAndOpenedAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k, err := pki.OpenKit(dir, "segreto", "039002")
	if err != nil {
		t.Fatal(err)
	}
	again, err := pki.OpenKit(dir, "segreto", "039002")
	if err != nil {
		t.Fatal(err)
	}
	if !k.CA.Certificate.Equal(again.CA.Certificate) || !k.Server.Key.Equal(again.Server.Key) {
		t.Error("another authority or server")
	}
	pool := x509.NewCertPool()
	pool.AddCert(again.CA.Certificate)
	for path, cn := range map[string]string{k.Machine("039002"): "039002-CO-9999", k.Workstation("039002"): "039002-PC-0001"} {
		id, err := again.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		subject := id.Certificate.Subject.String()
		if id.Certificate.Subject.CommonName != cn || !strings.Contains(subject, "Postazioni di lavoro") || !id.Key.PublicKey.Equal(id.Certificate.PublicKey) {
			t.Errorf("%s: %s", path, subject)
		}
		if _, err := id.Certificate.Verify(x509.VerifyOptions{Roots: pool, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := again.Server.Certificate.Verify(x509.VerifyOptions{Roots: pool, DNSName: "localhost"}); err != nil {
		t.Error(err)
	}
}

func TestFilesOpenOnlyWithThePasswordAndForTheOwner(t *testing.T) {
	t.Parallel()
	k, err := pki.OpenKit(t.TempDir(), "segreto", "039002")
	if err != nil {
		t.Fatal(err)
	}
	wrong := *k
	wrong.Password = "altro"
	if _, err := wrong.Load(k.Machine("039002")); err == nil {
		t.Error("opened with another password")
	}
	for _, path := range []string{k.Machine("039002"), k.Workstation("039002")} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
	}
}

// openssl reads the modern file; the old one it reads with its legacy provider.
func TestOpensslReadsTheFiles(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	k, err := pki.OpenKit(t.TempDir(), "segreto", "039002")
	if err != nil {
		t.Fatal(err)
	}
	for path, args := range map[string][]string{k.Machine("039002"): {"-legacy"}, k.Workstation("039002"): nil} {
		out, err := exec.Command(tool, append([]string{"pkcs12", "-in", path, "-passin", "pass:segreto", "-nokeys", "-info"}, args...)...).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", path, err, out)
		}
	}
}
