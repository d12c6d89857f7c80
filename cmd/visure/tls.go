package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
)

// server is how the server speaks TLS; nil: it does not. A client that shows a
// certificate of one of the authorities named is told by it.
func (c TLSConfig) server() (*tls.Config, error) {
	if c.Certificate == "" {
		return nil, nil
	}
	certificate, err := tls.LoadX509KeyPair(c.Certificate, c.Key)
	if err != nil {
		return nil, fmt.Errorf("read the server's certificate: %w", err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	if config.ClientCAs, err = authorities(c.ClientCA); err != nil {
		return nil, fmt.Errorf("read the authority of workstations: %w", err)
	}
	if config.ClientCAs != nil {
		config.ClientAuth = tls.VerifyClientCertIfGiven
	}
	return config, nil
}

// authorities reads certificates; those of the system if no file is named.
func authorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("no certificate in %s", file)
	}
	return pool, nil
}
