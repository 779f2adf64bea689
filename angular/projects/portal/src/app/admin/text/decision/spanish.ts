import type { DecisionTexts } from '../decision';

const spanish: DecisionTexts = {
  title: 'Decisión',
  rule: 'Motivo',
  needed: 'Qué la cambiaría',
  facts: 'En qué se basa la decisión',
  provider: 'Proveedor',
  issuer: 'Emisor',
  subject: 'Sujeto',
  address: 'Dirección',
  noAddress: 'ninguna',
  addressVerified: 'El proveedor verificó la dirección (valor JSON true)',
  trusted: 'El proveedor es de confianza para el dominio de la dirección',
  user: 'Usuario',
  secondFactors: 'Segundos factores del usuario',
  factors: {
    passkey: 'Clave de acceso',
    totp: 'Aplicación de autenticación',
    smsCode: 'Códigos por SMS',
    emailCode: 'Códigos por correo',
    recoveryCode: 'Códigos de recuperación',
  },
  warnings: 'Advertencias',
  claims: 'Claims',
  changes: 'Qué cambió',
  field: 'Campo',
  before: 'Antes',
  after: 'Después',
  code: 'Código',
  yes: 'sí',
  no: 'no',
  outcomes: {
    signIn: 'El usuario que tiene esta identidad inicia sesión.',
    link: 'La identidad se vincula a la cuenta con la misma dirección, y su usuario inicia sesión.',
    linkOnRequest: 'La identidad se vincula a la cuenta cuyo usuario lo pidió.',
    askForProof:
      'El usuario debe iniciar sesión en la cuenta existente y confirmar la vinculación.',
    reclaim:
      'Las cuentas sin verificar con esta dirección quedan en cuarentena, y el titular de la dirección recibe una cuenta nueva.',
    create: 'Se crea una cuenta nueva.',
    refuse: 'El inicio de sesión se rechaza.',
    failed: 'El inicio de sesión falló antes de una decisión.',
  },
  sentences: {
    'the token belongs to another organization': 'El token pertenece a otra organización.',
    'userinfo failed, and the ID token does not contain a verified address':
      'Userinfo falló, y el token de identidad no contiene una dirección verificada.',
    'the address is not in an allowed domain': 'La dirección no está en un dominio permitido.',
    'the identity was unlinked on purpose': 'La identidad se desvinculó a propósito.',
    'the provider sent no verified address': 'El proveedor no envió ninguna dirección verificada.',
    'the identity belongs to another account': 'La identidad pertenece a otra cuenta.',
    'the account is disabled': 'La cuenta está deshabilitada.',
    'the user requested the link': 'El usuario pidió la vinculación.',
    'userinfo failed, and the ID token contains no roles':
      'Userinfo falló, y el token de identidad no contiene roles.',
    'the identity is known': 'La identidad es conocida.',
    'one account has the address verified, another one has it as user name':
      'Una cuenta tiene la dirección verificada y otra la tiene como nombre de usuario.',
    'an administrator created an account with this address':
      'Un administrador creó una cuenta con esta dirección.',
    'the account with the address is disabled': 'La cuenta con la dirección está deshabilitada.',
    'several accounts have the address': 'Varias cuentas tienen la dirección.',
    'the provider is not trusted for the domain of a known address':
      'El proveedor no es de confianza para el dominio de una dirección conocida.',
    'an administrator account is never linked by its address':
      'La cuenta de un administrador nunca se vincula por su dirección.',
    'the account with the address has or had another identity of this issuer':
      'La cuenta con la dirección tiene o tuvo otra identidad de este emisor.',
    'the address is verified here and at the provider':
      'La dirección está verificada aquí y en el proveedor.',
    'no account has the address': 'Ninguna cuenta tiene la dirección.',
    'only unverified, self-registered accounts have the address, and the provider is not trusted for it':
      'Solo cuentas sin verificar, registradas por sus usuarios, tienen la dirección, y el proveedor no es de confianza para ella.',
    'an administrator account is never reclaimed by its address':
      'La cuenta de un administrador nunca se recupera por su dirección.',
    'only unverified, self-registered accounts have the address':
      'Solo cuentas sin verificar, registradas por sus usuarios, tienen la dirección.',
    'unverified, self-registered accounts have the address':
      'Cuentas sin verificar, registradas por sus usuarios, tienen la dirección.',
    'the session that requested the link has ended':
      'La sesión que pidió la vinculación ha terminado.',
    'an administrator enables the account (vestibule users enable)':
      'Un administrador habilita la cuenta.',
    'a verified address in _ALLOWED_DOMAINS, and the organization in _ORGANIZATION':
      'Una dirección verificada en _ALLOWED_DOMAINS, y la organización en _ORGANIZATION.',
    'an account with this address (vestibule users add --email), or _ALLOW_SIGNUP=true and a verified address in _ALLOWED_DOMAINS':
      'Una cuenta con esta dirección, o _ALLOW_SIGNUP=true y una dirección verificada en _ALLOWED_DOMAINS.',
    'only one account has the address, or one account has it as a verified address':
      'Solo una cuenta tiene la dirección, o una cuenta la tiene verificada.',
    'the user signs in with another method and links the provider again in the account':
      'El usuario inicia sesión de otra forma y vincula de nuevo el proveedor en su cuenta.',
    'the identity is unlinked from the other account first':
      'Primero se desvincula la identidad de la otra cuenta.',
    'userinfo succeeds, or the ID token contains the address and the roles':
      'Userinfo responde, o el token de identidad contiene la dirección y los roles.',
    "the user signs in to the account and confirms the link; or the address is verified here, its domain is in _TRUSTED_DOMAINS and the account is not an administrator's":
      'El usuario inicia sesión en la cuenta y confirma la vinculación. O bien la dirección está verificada aquí, su dominio está en _TRUSTED_DOMAINS y la cuenta no es de un administrador.',
  },
};

export default spanish;
