#pragma once
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

/// `EVP_EC_gen` is a macro over a variadic function, which Swift cannot import.
static inline EVP_PKEY *imagefactory_generate_p256(void) {
    return EVP_EC_gen("P-256");
}

/// The same function for Ed25519.
static inline EVP_PKEY *imagefactory_generate_ed25519(void) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}
