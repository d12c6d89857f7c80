package oidc

import "errors"

// Why a sign-in ends. Each is for the log and says nothing about the person; what a
// person is shown is one text for all but ErrUnavailable, which may be tried again.
var (
	// ErrUnavailable: the gateway did not answer, or answered 429 or 5xx.
	ErrUnavailable = errors.New("the gateway does not answer")
	// ErrMetadata: its configuration document is not usable, or names another issuer.
	ErrMetadata = errors.New("the gateway's metadata are not usable")

	// ErrCeremony: what was kept is older than Lifetime, or of another gateway.
	ErrCeremony = errors.New("the sign-in was not begun here, or too long ago")
	// ErrBrowser: the browser that comes back is not the one that began.
	ErrBrowser = errors.New("the sign-in was begun by another browser")
	// ErrCallback: a parameter of the answer is there twice, or the code is missing.
	ErrCallback = errors.New("the answer is malformed")
	// ErrState: the answer is to another request.
	ErrState = errors.New("the state is another")
	// ErrIssuer: the answer comes from another gateway (RFC 9207).
	ErrIssuer = errors.New("the answer is from another issuer, or does not say from whom")
	// ErrRefused: the gateway or the person refused.
	ErrRefused = errors.New("the gateway refused")
	// ErrExchange: the gateway gave no tokens for the code, as it was used before, is
	// not ours or was not asked for with our verifier; or the client is not known.
	ErrExchange = errors.New("the code was not accepted")

	// ErrToken: there is no ID token, it is malformed, or its algorithm is not allowed.
	ErrToken = errors.New("the ID token is missing, malformed or of an algorithm that is not allowed")
	// ErrSignature: no key of the gateway made the signature.
	ErrSignature = errors.New("the ID token was not signed by the gateway")
	// ErrTokenIssuer: iss is not the gateway.
	ErrTokenIssuer = errors.New("the ID token is of another issuer")
	// ErrAudience: aud or azp is not this client.
	ErrAudience = errors.New("the ID token is for another client")
	// ErrExpired: exp is past.
	ErrExpired = errors.New("the ID token has expired")
	// ErrIssuedAt: iat or nbf is to come, or iat is before the sign-in was begun.
	ErrIssuedAt = errors.New("the ID token was not issued for this sign-in")
	// ErrNonce: nonce is not that of the request.
	ErrNonce = errors.New("the nonce is another")
	// ErrAccessToken: at_hash does not fit the access token that came with it.
	ErrAccessToken = errors.New("the access token is another")
	// ErrACR: acr is missing or not among those that are accepted.
	ErrACR = errors.New("the authentication was not of an accepted level")
	// ErrAuthTime: auth_time is missing, longer ago than MaxAge, or to come.
	ErrAuthTime = errors.New("the authentication was too long ago, is to come, or the gateway does not say when it was")
	// ErrSubject: sub is missing.
	ErrSubject = errors.New("the ID token names no subject")
	// ErrNoCodiceFiscale: none of the claims is there.
	ErrNoCodiceFiscale = errors.New("there is no codice fiscale")
	// ErrCodiceFiscale: it is malformed, of another country, or two claims differ.
	ErrCodiceFiscale = errors.New("the codice fiscale is malformed")

	// ErrNoLogout: the gateway offers no logout.
	ErrNoLogout = errors.New("the gateway offers no logout")
)
