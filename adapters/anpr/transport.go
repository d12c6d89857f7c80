package anpr

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
)

// newHTTP returns a client that trusts the configured authorities and, if
// shown is given, presents it.
func (c *Client) newHTTP(shown *identity) *http.Client {
	conf := &tls.Config{RootCAs: c.config.RootCAs, MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(64)}
	if shown != nil {
		conf.Certificates = []tls.Certificate{{Certificate: [][]byte{shown.cert.Raw}, PrivateKey: shown.key, Leaf: shown.cert}}
	}
	return &http.Client{
		Transport: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			TLSClientConfig:     conf,
			TLSHandshakeTimeout: 10 * time.Second,
			MaxIdleConnsPerHost: 128, // as many as may be in use at once, so that none is made twice
			IdleConnTimeout:     time.Minute,
			DisableCompression:  true,
			WriteBufferSize:     16 << 10,
			ReadBufferSize:      16 << 10,
		},
		// The service answers where it is asked; a redirect is a wrong address.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// via returns the client to send with. A connection that bears a Comune's
// certificate serves one version of that Comune's connection alone.
func (k *call) via() *http.Client {
	if !k.config.ClientTLS {
		return k.http
	}
	return k.session.showing(k.operator.sede)
}

// reply is what came back, read to its end.
type reply struct {
	status      int
	contentType string
	retryAfter  time.Duration
	date        time.Time // by the server's clock; zero when it does not say
	body        []byte
}

// maxSkew is how far the server's clock may be from ours before that is taken for
// the reason of a rejection: the answer's way and its whole seconds are less.
const maxSkew = time.Minute

// skewed says that the server's clock is far from ours.
func (r *reply) skewed(now time.Time) bool {
	return !r.date.IsZero() && now.Sub(r.date).Abs() > maxSkew
}

// post sends an envelope. Repeat says that the connection, kept from before,
// had been closed by the server: on another one it may go through.
func (k *call) post(ctx context.Context, url string, envelope []byte) (_ *reply, repeat bool, err error) {
	timed, cancel := context.WithTimeout(ctx, k.config.Timeout)
	defer cancel()
	var reused, begun atomic.Bool
	timed = httptrace.WithClientTrace(timed, &httptrace.ClientTrace{
		GotConn:              func(info httptrace.GotConnInfo) { reused.Store(info.Reused) },
		GotFirstResponseByte: func() { begun.Store(true) },
	})
	req, err := http.NewRequestWithContext(timed, http.MethodPost, url, bytes.NewReader(envelope))
	if err != nil {
		return nil, false, misconfigured(errors.New("the base URL is not usable"))
	}
	req.Header = http.Header{
		"Content-Type": {"text/xml; charset=utf-8"},
		"Accept":       {"text/xml, multipart/related"},
		"SOAPAction":   {`""`},
	}
	res, err := k.via().Do(req)
	if err != nil {
		return nil, reused.Load() && !begun.Load() && timed.Err() == nil, unreachable(ctx, err)
	}
	defer res.Body.Close()
	body, err := readAll(res.Body, res.ContentLength, k.config.MaxAnswer)
	if errors.Is(err, errTooLarge) {
		return nil, false, misconfigured(err)
	}
	if err != nil {
		return nil, false, unreachable(ctx, err)
	}
	date, _ := http.ParseTime(res.Header.Get("Date")) // zero if there is none
	return &reply{
		date:   date,
		status: res.StatusCode, contentType: res.Header.Get("Content-Type"),
		retryAfter: seconds(res.Header.Get("Retry-After")), body: body,
	}, false, nil
}

// unreachable classifies a call that brought no answer. It may or may not have
// been carried out, so the next one uses the same id; a server whose certificate
// is not trusted is a fault of the configuration.
func unreachable(ctx context.Context, err error) *commands.AnagrafeError {
	failure := &commands.AnagrafeError{Class: unknown, Err: err}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		failure.Err = wrapped.Err // without the address, which is in the configuration
	}
	switch {
	case ctx.Err() != nil:
		failure.Err = ctx.Err()
	case untrusted(err), certificateRefused(err):
		failure.Class = configuration
	}
	return failure
}

// untrusted says that no authority we trust vouches for the server.
func untrusted(err error) bool {
	var failed *tls.CertificateVerificationError
	return errors.As(err, &failed)
}

// certificateRefused says that the server broke a connection off over our
// certificate.
func certificateRefused(err error) bool {
	var remote *net.OpError
	return errors.As(err, &remote) && remote.Op == "remote error" && strings.Contains(remote.Err.Error(), "certificate")
}

// answer reads the SOAP message of a reply; a reply without one is classified
// by its status.
func (r *reply) answer() (*wireAnswer, error) {
	root, err := rootPart(r.contentType, r.body)
	if err == nil {
		var answer *wireAnswer
		if answer, err = parse(root); err == nil && (answer.Fault != nil || answer.R3002 != nil || answer.R6001 != nil) {
			return answer, nil
		}
	}
	failure := &commands.AnagrafeError{Class: unknown, RetryAfter: r.retryAfter, Err: err}
	switch s := r.status; {
	case s == http.StatusRequestTimeout, s == http.StatusTooManyRequests, s >= 500:
		failure.Err = httpStatus(s)
	case s >= 300:
		failure.Class, failure.Err = configuration, httpStatus(s)
	case err == nil:
		failure.Err = errOtherAnswer
	}
	return nil, failure
}

// httpStatus is an answer that says no more than its status.
type httpStatus int

func (s httpStatus) Error() string { return fmt.Sprintf("http status %d", int(s)) }

// seconds reads the simple form of Retry-After.
func seconds(header string) time.Duration {
	n, err := strconv.Atoi(header)
	if err != nil || n < 0 || n > 24*3600 {
		return 0
	}
	return time.Duration(n) * time.Second
}
